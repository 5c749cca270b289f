//! An app that was never meant for AWS Lambda, on AWS Lambda.
//!
//! The app is the crate `summit-book` in `app/`: a few pages, a form, cookies, a JSON API, images,
//! and a `main` of its own with `axum::serve`. It does not know lambdafy. This binary is all that
//! it takes.
//!
//! Here, it is a web server:
//!
//! ```sh
//! cargo run -p existing-axum-app   # then open http://127.0.0.1:3000/
//! cargo run -p summit-book         # the same app with its own main
//! ```
//!
//! On AWS, the same binary is a function with a URL:
//!
//! ```sh
//! cargo lambda build --profile function -p existing-axum-app
//! cargo lambda deploy existing-axum-app --enable-function-url
//! ```
//!
//! The app keeps its data in memory, which is each sandbox's own and ends with it: fine for a
//! demonstration. A real app on Lambda keeps them in a database.

fn main() -> Result<(), lambdafy::Error> {
    lambdafy::run(|| async { Ok(summit_book::router()) })
}
