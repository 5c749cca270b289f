use super::*;

/// A process in a group of its own, if this machine lets us have one.
fn cgroups() -> Option<Cgroups> {
    let cgroups = Cgroups::find();
    if cgroups.parents().next().is_none() {
        eprintln!("no cgroups here, so nothing of them is tested: {cgroups:?}");
        return None;
    }
    Some(cgroups)
}

fn name(what: &str) -> String {
    format!("test-{what}-{}", crate::ids::hexadecimal(8))
}

#[test]
fn a_process_stands_still_while_its_group_is_frozen() {
    let Some(cgroups) = cgroups() else { return };
    let group = Cgroup::new(&cgroups, &name("freeze")).unwrap().unwrap();
    let mut child = std::thread::scope(|scope| {
        let started = scope.spawn(|| {
            group.enter().unwrap();
            std::process::Command::new("sleep").arg("60").spawn().unwrap()
        });
        started.join().unwrap()
    });
    if let Some(door) = group.door() {
        fs::write(door, child.id().to_string()).unwrap();
    }
    group.set_frozen(true).unwrap();
    while !group.is_still() {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    group.kill();
    let path = group.path().unwrap().to_owned();
    drop(group);
    assert!(!path.exists());
    child.wait().unwrap();
}

/// Version 2 can freeze without any controller, so it is there on most machines.
#[test]
fn a_group_stays_frozen_as_long_as_there_may_be_sandboxes() {
    let Some(cgroups) = cgroups() else { return };
    let Ok(freezer) = &cgroups.freezer else { return };
    if freezer.version == Version::Two {
        return assert_eq!(cgroups.kept_frozen, None, "version 2 does without");
    }
    let group = cgroups.kept_frozen.clone().unwrap();
    assert_eq!(fs::read_to_string(group.join("freezer.state")).unwrap().trim(), "FROZEN");
    assert_eq!(fs::read_to_string(group.join("cgroup.procs")).unwrap(), "");
    drop(cgroups);
    assert!(!group.exists());
}

#[test]
fn version_2_is_used_where_version_1_is_not() {
    let mountinfo = fs::read_to_string("/proc/self/mountinfo").unwrap();
    let own = fs::read_to_string("/proc/self/cgroup").unwrap();
    let mut mounts = mounts::mounts(&mountinfo);
    mounts.retain(|mount| mount.version == Version::Two);
    let cgroups = Cgroups::among(&mounts, &own);
    let Some(parent) = cgroups.parent(Controller::Freezer) else {
        eprintln!("no cgroups of version 2, so they are not tested: {cgroups:?}");
        return;
    };
    assert_eq!(parent.version, Version::Two);
    let group = Cgroup::new(&cgroups, &name("two")).unwrap().unwrap();
    let door = group.door().unwrap();
    let mut child = std::process::Command::new("/bin/sh")
        .args(["-c", "echo 0 >\"$0\" && exec sleep 60"])
        .arg(&door)
        .spawn()
        .unwrap();
    while fs::read_to_string(&door).unwrap().trim() != child.id().to_string() {
        assert_eq!(child.try_wait().unwrap(), None);
    }
    group.set_frozen(true).unwrap();
    while !group.is_still() {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    group.set_frozen(false).unwrap();
    let path = group.path().unwrap().to_owned();
    drop(group);
    assert!(!path.exists(), "what is in it is ended, and it is removed");
    child.wait().unwrap();
}

#[test]
fn what_a_dead_process_left_is_ended_and_removed() {
    let Some(cgroups) = cgroups() else { return };
    let Some(parent) = cgroups.parent(Controller::Freezer) else { return };
    let folder = parent.path.parent().unwrap();
    let dead = folder.join(Owner::gone().name());
    let group = dead.join("1");
    fs::create_dir_all(&group).unwrap();
    let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
    fs::write(group.join("cgroup.procs"), child.id().to_string()).unwrap();
    remove_leftovers(folder);
    assert!(!dead.exists());
    assert!(!child.wait().unwrap().success());
}
