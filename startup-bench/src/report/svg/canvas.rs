//! SVG elements, written one after another.

use std::fmt::Write;

/// What is drawn so far.
#[derive(Debug, Default)]
pub(crate) struct Canvas(String);

/// Which point of a text its place is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

impl Canvas {
    pub(crate) fn text(&mut self, class: &str, anchor: Anchor, (x, y): (f64, f64), text: &str) {
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => r#" text-anchor="middle""#,
            Anchor::End => r#" text-anchor="end""#,
        };
        self.element(format_args!(
            r#"<text class="{class}"{anchor} x="{}" y="{}">{}</text>"#,
            short(x),
            short(y),
            escape(text)
        ));
    }

    pub(crate) fn rectangle(
        &mut self,
        class: &str,
        (x, y): (f64, f64),
        (width, height): (f64, f64),
    ) {
        self.element(format_args!(
            r#"<rect class="{class}" x="{}" y="{}" width="{}" height="{}" rx="2"/>"#,
            short(x),
            short(y),
            short(width),
            short(height)
        ));
    }

    /// A bar that says what it is when pointed at.
    pub(crate) fn bar(
        &mut self,
        class: &str,
        (x, y): (f64, f64),
        (width, height): (f64, f64),
        says: &str,
    ) {
        self.element(format_args!(
            r#"<rect class="{class}" x="{}" y="{}" width="{}" height="{}" rx="2"><title>{}</title></rect>"#,
            short(x),
            short(y),
            short(width),
            short(height),
            escape(says)
        ));
    }

    pub(crate) fn line(&mut self, class: &str, (x1, y1): (f64, f64), (x2, y2): (f64, f64)) {
        self.element(format_args!(
            r#"<line class="{class}" x1="{}" y1="{}" x2="{}" y2="{}"/>"#,
            short(x1),
            short(y1),
            short(x2),
            short(y2)
        ));
    }

    /// A dot that says what it is when pointed at.
    pub(crate) fn dot(&mut self, class: &str, (x, y): (f64, f64), says: &str) {
        self.element(format_args!(
            r#"<circle class="{class}" cx="{}" cy="{}" r="2.2"><title>{}</title></circle>"#,
            short(x),
            short(y),
            escape(says)
        ));
    }

    /// The space between a line through these points and the height `bottom`.
    pub(crate) fn area(&mut self, class: &str, points: &[(f64, f64)], bottom: f64) {
        let (Some(first), Some(last)) = (points.first(), points.last()) else { return };
        let ends = [(last.0, bottom), (first.0, bottom)];
        let all = points.iter().chain(&ends);
        let path: Vec<String> = all.map(|(x, y)| format!("{},{}", short(*x), short(*y))).collect();
        self.element(format_args!(r#"<polygon class="{class}" points="{}"/>"#, path.join(" ")));
    }

    pub(crate) fn into_string(self) -> String {
        self.0
    }

    fn element(&mut self, element: std::fmt::Arguments<'_>) {
        // Writing to a String can't fail.
        let _ = writeln!(self.0, "{element}");
    }
}

/// A text as XML takes it.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Words in lines of at most so many characters.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// A coordinate to a tenth of a pixel.
fn short(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_can_not_break_out_of_its_element() {
        let mut canvas = Canvas::default();
        canvas.text("name", Anchor::Start, (1.0, 2.25), r#"<a & "b">"#);
        let expected =
            "<text class=\"name\" x=\"1\" y=\"2.2\">&lt;a &amp; &quot;b&quot;&gt;</text>\n";
        assert_eq!(canvas.into_string(), expected);
    }

    #[test]
    fn long_texts_are_wrapped_between_words() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
    }
}
