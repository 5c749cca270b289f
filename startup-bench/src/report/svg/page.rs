//! A whole picture: the head of the file, its words for who can't see it, and the paper.

use super::canvas::escape;
use super::style::STYLE;

/// All but what is drawn.
#[derive(Debug)]
pub(crate) struct Page<'a> {
    pub(crate) title: String,
    /// The figures as sentences.
    pub(crate) description: String,
    /// Classes beside those of every picture.
    pub(crate) style: &'a str,
    /// Width and height.
    pub(crate) size: (f64, f64),
}

impl Page<'_> {
    /// The file.
    pub(crate) fn text(&self, content: &str) -> String {
        let (width, height) = self.size;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-labelledby=\"title desc\" \
             viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" height=\"{height:.0}\">\n\
             <title id=\"title\">{}</title>\n<desc id=\"desc\">{}</desc>\n{STYLE}{}\
             <rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n{content}</svg>\n",
            escape(&self.title),
            escape(&self.description),
            self.style,
        )
    }
}
