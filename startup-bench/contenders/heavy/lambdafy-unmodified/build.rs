//! Links an executable that need not be moved, and so has no relocations: see the guide to cold starts
//! for what that saves and what it gives up.

fn main() {
    println!("cargo::rustc-link-arg-bins=-no-pie");
}
