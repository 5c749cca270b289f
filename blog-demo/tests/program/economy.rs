//! What a start asks of a database.

use std::time::{Duration, Instant};

use lambdafy_backends::MariaDb;

use crate::blog_folder::BlogFolder;
use crate::running::Server;
use crate::serving::fetch;

const LOG: &str = "SET GLOBAL log_output = 'TABLE'; SET GLOBAL general_log = ON;";
/// Of the account `app`, which is in brackets also before it has logged in.
const LOGGED: &str = "SET GLOBAL general_log = OFF; SELECT command_type, argument \
    FROM mysql.general_log WHERE user_host LIKE '%[app]%' \
    AND command_type IN ('Connect', 'Query', 'Execute');";

const TRIED: &str = "SHOW GLOBAL STATUS LIKE 'Com_admin_commands';";

#[test]
fn a_start_and_two_home_pages_are_three_queries_over_one_connection() {
    let database = MariaDb::builder().start().unwrap();
    let mut blog = BlogFolder::empty();
    blog.set("DATABASE_URL", &database.url());
    blog.said(&["migrate"]);
    blog.seed();
    database.execute(LOG).unwrap();
    let tried = || -> u32 {
        let row = database.execute(TRIED).unwrap();
        row.split_whitespace().nth(1).unwrap().parse().unwrap()
    };
    let before = tried();
    let server = Server::start(&blog);
    for page in 1..=2 {
        let (told, _) = fetch(&format!("{}/", server.url));
        assert!(told.starts_with("200"), "{told}");
        // The pool tries each connection that comes back, the schema check's too; before that a next
        // request would open another one.
        let since = Instant::now();
        while tried() < before + 1 + page {
            assert!(since.elapsed() < Duration::from_secs(60), "the connection is not back");
        }
    }
    let logged = database.execute(LOGGED).unwrap();
    let (connections, queries): (Vec<_>, Vec<_>) =
        logged.lines().partition(|line| line.starts_with("Connect"));
    assert_eq!((connections.len(), queries.len()), (1, 3), "{logged}");
}
