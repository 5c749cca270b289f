//! The README's table of costs, computed again.

/// What is paid for a million requests, by the README's first table of costs: name and dollars.
fn prices(readme: &str) -> Vec<(String, f64)> {
    rows(readme, "| price of |").map(|row| (row[0].clone(), number(&row[1]))).collect()
}

/// The rows of the table that begins so.
fn rows<'a>(readme: &'a str, head: &str) -> impl Iterator<Item = Vec<String>> + 'a {
    let table = readme.split(head).nth(1).unwrap_or_else(|| panic!("no table {head}"));
    let lines = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    lines.map(|line| line.split('|').skip(1).map(|cell| cell.trim().replace("**", "")).collect())
}

fn number(cell: &str) -> f64 {
    let text = cell.trim_start_matches('$').replace(',', "");
    text.split(' ').next().unwrap().parse().unwrap_or_else(|_| panic!("{cell}"))
}

pub(crate) fn check(readme: &str) {
    let prices = prices(readme);
    let price = |name: &str| {
        let found = prices.iter().find(|(known, _)| known.starts_with(name));
        found.unwrap_or_else(|| panic!("no price of {name}")).1
    };
    let mut seen = 0;
    for row in rows(readme, "| a million requests |") {
        let (memory_mb, billed_ms) = (number(&row[1]), number(&row[2]));
        let gb_s = memory_mb / 1024.0 * billed_ms / 1000.0 * 1e6;
        let function = price("a million requests to Lambda") + gb_s * price("a GB-second, x86_64");
        let columns = [
            (3, function),
            (4, function + price("a million requests to an HTTP API")),
            (5, function + price("a million requests to a REST API")),
        ];
        for (column, wanted) in columns {
            let said = number(&row[column]);
            assert!((said - wanted).abs() < 0.005 + 1e-9, "{row:?}: {said}, not {wanted:.2}");
        }
        seen += 1;
    }
    assert!(seen >= 4, "only {seen} rows");
}
