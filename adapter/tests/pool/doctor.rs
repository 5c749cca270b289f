//! What the doctor finds, and that its statements mend it.

use lambdafy::pool::{Config, Pool};

use super::database::{System, session_id};

on_both!(
    an_account_without_a_cap_is_found_and_mended_by_the_statement,
    a_reaper_that_may_end_nothing_is_found,
    limits_that_have_arrived_are_facts,
);

async fn an_account_without_a_cap_is_found_and_mended_by_the_statement<DB: System>() {
    let server = DB::with_slots(20);
    let pool = server.pool(Config::new());
    let diagnosis = pool.doctor().await.unwrap();
    let text = diagnosis.to_string();
    let finding = diagnosis.findings.iter().find(|finding| finding.what.contains("all 20 slots"));
    let finding = finding.unwrap_or_else(|| panic!("{text}"));
    server.execute(&finding.statements[0]);
    // Limits of an account are read when it logs in.
    let pool = server.pool(Config::new());
    let text = pool.doctor().await.unwrap().to_string();
    assert!(text.contains("ok: the account may have 18 connections"), "{text}");
    assert!(text.contains("to do: there is no reaper"), "{text}");
}

async fn a_reaper_that_may_end_nothing_is_found<DB: System>() {
    let server = DB::with_slots(20);
    server.execute(&DB::make_reaper(server.password()));
    let with = |reaper| Pool::<DB>::with_reaper(Config::new(), server.options.clone(), reaper);
    let text = with(server.options_of("reaper")).doctor().await.unwrap().to_string();
    assert!(text.contains("ok: the reaper's account may end"), "{text}");
    server.execute(DB::WEAKEN_REAPER);
    let text = with(server.options_of("reaper")).doctor().await.unwrap().to_string();
    assert!(text.contains("to do: the reaper's account may not end"), "{text}");
    let text = with(server.options_of("nobody")).doctor().await.unwrap().to_string();
    assert!(text.contains("to do: the reaper's account can't log in"), "{text}");
}

async fn limits_that_have_arrived_are_facts<DB: System>() {
    let pool = DB::shared().pool(Config::new());
    session_id(&pool).await;
    let text = pool.doctor().await.unwrap().to_string();
    assert!(text.contains(DB::LEASE_FACT), "{text}");
}
