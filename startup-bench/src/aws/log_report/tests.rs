use super::*;

fn one(log: &str) -> LogReport {
    let mut reports = reports(log);
    assert_eq!(reports.len(), 1, "{log}");
    reports.remove(0)
}

const ID: &str = "8f507cfc-c0a9-4f6b-9c1d-3f5a2b1c0d9e";

fn id() -> Option<String> {
    Some(ID.to_owned())
}

#[test]
fn a_cold_invocation_has_an_init_duration() {
    let log = format!(
        "START RequestId: {ID} Version: $LATEST\nhello\nEND RequestId: {ID}\n\
         REPORT RequestId: {ID}\tDuration: 1.37 ms\tBilled Duration: 18 ms\tMemory Size: 128 MB\t\
         Max Memory Used: 14 MB\tInit Duration: 15.84 ms\t\n"
    );
    let report = one(&log);
    assert!(report.is_cold());
    assert_eq!(
        report,
        LogReport {
            request_id: id(),
            duration_ms: Some(1.37),
            billed_ms: Some(18.0),
            init_ms: Some(15.84),
            memory_mb: Some(128.0),
            max_memory_mb: Some(14.0),
            ..LogReport::default()
        }
    );
}

#[test]
fn a_warm_invocation_has_none() {
    let report = one(&format!(
        "REPORT RequestId: {ID}\tDuration: 0.91 ms\tBilled Duration: 1 ms\tMemory Size: 128 MB\tMax \
         Memory Used: 14 MB\t"
    ));
    assert!(!report.is_cold());
    assert_eq!((report.duration_ms, report.init_ms), (Some(0.91), None));
}

#[test]
fn a_restored_invocation_has_a_restore_duration_whichever_comes_first() {
    let fields = ["Restore Duration: 511.25 ms", "Billed Restore Duration: 303 ms"];
    for [first, second] in [fields, [fields[1], fields[0]]] {
        let report = one(&format!(
            "REPORT RequestId: {ID}\tDuration: 306.34 ms\tBilled Duration: 610 ms\tMemory Size: 3009 \
             MB\tMax Memory Used: 155 MB\t{first}\t{second}\t"
        ));
        assert!(report.is_cold());
        assert_eq!(report.duration_ms, Some(306.34));
        assert_eq!(report.billed_ms, Some(610.0));
        assert_eq!(report.restore_ms, Some(511.25));
        assert_eq!(report.billed_restore_ms, Some(303.0));
        assert_eq!(report.init_ms, None);
    }
}

#[test]
fn traced_invocations_have_a_second_line() {
    let report = one(&format!(
        "REPORT RequestId: {ID}\tDuration: 127.10 ms\tBilled Duration: 154 ms\tMemory Size: 2048 \
         MB\tMax Memory Used: 212 MB\tInit Duration: 325.93 ms\t\n\
         XRAY TraceId: 1-66d978e5-56c7378e556e94b5461da07c\tSegmentId: 29c3839e6ecb5895\tSampled: true\t\n"
    ));
    assert_eq!((report.max_memory_mb, report.init_ms), (Some(212.0), Some(325.93)));
    let same_line = one(&format!(
        "REPORT RequestId: {ID} Duration: 127.10 ms Billed Duration: 154 ms Memory Size: 2048 MB Max \
         Memory Used: 212 MB Init Duration: 325.93 ms XRAY TraceId: 1-66d978e5 SegmentId: 29c3 \
         Sampled: true"
    ));
    assert_eq!(same_line, report, "spaces instead of tabs, as a console copies them");
}

#[test]
fn failures_have_a_status() {
    let timeout = one(&format!(
        "REPORT RequestId: {ID}\tDuration: 3000.00 ms\tBilled Duration: 3000 ms\tMemory Size: 128 \
         MB\tMax Memory Used: 30 MB\tStatus: timeout\n"
    ));
    assert_eq!(timeout.failure().as_deref(), Some("timeout"));
    let error = one(&format!(
        "REPORT RequestId: {ID}\tDuration: 12.01 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\tMax \
         Memory Used: 30 MB\tStatus: error\tError Type: Runtime.ExitError\n"
    ));
    assert_eq!(error.failure().as_deref(), Some("error, Runtime.ExitError"));
}

#[test]
fn starts_and_restores_have_reports_of_their_own() {
    let log = "INIT_REPORT Init Duration: 9999.47 ms\tPhase: init\tStatus: timeout\n\
               INIT_REPORT Init Duration: 229.04 ms\tPhase: invoke\tStatus: error\t\
               Error Type: Runtime.ImportModuleError\n\
               INIT_REPORT Init Duration: 13316.04 ms\n\
               RESTORE_REPORT Restore Duration: 1236.04 ms\tStatus: timeout\n";
    let reports = reports(log);
    let [timeout, error, snapshot, restore] = &reports[..] else { panic!("{reports:?}") };
    assert_eq!((timeout.kind, timeout.init_ms), (Kind::Init, Some(9999.47)));
    assert_eq!(timeout.phase.as_deref(), Some("init"));
    assert_eq!(error.failure().as_deref(), Some("error, Runtime.ImportModuleError"));
    assert_eq!((snapshot.init_ms, snapshot.failure()), (Some(13316.04), None));
    assert_eq!((restore.kind, restore.restore_ms), (Kind::Restore, Some(1236.04)));
}

#[test]
fn a_log_in_json_says_the_same() {
    let log = format!(
        r#"{{"time":"2026-08-20T12:31:32.123Z","type":"platform.initReport","record":{{"initializationType":"on-demand","phase":"init","status":"success","metrics":{{"durationMs":125.33}}}}}}
{{"time":"2026-08-20T12:31:32.200Z","level":"INFO","message":"type platform.report"}}
{{"time":"2026-08-20T12:31:32.300Z","type":"platform.report","record":{{"requestId":"{ID}","metrics":{{"durationMs":101.51,"billedDurationMs":300,"memorySizeMB":512,"maxMemoryUsedMB":33,"initDurationMs":116.67}},"status":"success"}}}}
{{"time":"2026-08-20T12:31:33.300Z","type":"platform.restoreReport","record":{{"status":"success","metrics":{{"durationMs":15.19}}}}}}
"#
    );
    let reports = reports(&log);
    let [init, invocation, restore] = &reports[..] else { panic!("{reports:?}") };
    assert_eq!((init.kind, init.init_ms, init.duration_ms), (Kind::Init, Some(125.33), None));
    assert_eq!(invocation.request_id, id());
    assert_eq!((invocation.init_ms, invocation.billed_ms), (Some(116.67), Some(300.0)));
    assert_eq!(invocation.failure(), None);
    assert_eq!((restore.kind, restore.restore_ms), (Kind::Restore, Some(15.19)));
}

#[test]
fn managed_instances_report_a_duration_and_no_bill() {
    let log = format!(
        r#"{{"type":"platform.report","record":{{"requestId":"{ID}","status":"success","metrics":{{"durationMs":4.21}},"spans":[]}}}}"#
    );
    let report = one(&log);
    assert_eq!((report.duration_ms, report.billed_ms, report.init_ms), (Some(4.21), None, None));
}

#[test]
fn what_the_function_prints_is_no_report() {
    let log =
        "the REPORT RequestId: x\nREPORTING Duration: 3 ms\n{\"type\":\"report\"}\n[1,2]\nnull\n";
    assert_eq!(reports(log), []);
    let cut = one("REPORT RequestId: \tDuration: much ms\tBilled Duration:");
    assert_eq!((cut.duration_ms, cut.billed_ms), (None, None));
}
