//! Texts that read like somebody's.

use super::random::Random;
use super::topics::{ANYWHERE, HEADINGS, ITEMS, QUOTES, Topic};

/// A title of this topic: the `number`th of those that its subjects and patterns make, so that
/// none comes twice.
pub(super) fn title(topic: &Topic, number: usize) -> (String, &'static str) {
    let (subjects, titles) = (topic.subjects, topic.titles);
    let subject = subjects.get(number % subjects.len().max(1)).copied().unwrap_or_default();
    // Another pattern each time that all subjects were had, and for each of them another one.
    let pattern = number + number / subjects.len().max(1);
    let pattern = titles.get(pattern % titles.len().max(1)).copied().unwrap_or("{}");
    (capitalised(&pattern.replace("{}", subject)), subject)
}

/// A text in Markdown.
pub(super) fn body(
    random: &mut Random,
    topic: &Topic,
    subject: &str,
    image: Option<(&str, &str)>,
) -> String {
    let mut out = paragraph(random, topic, subject, true);
    let sections = 2 + random.below(4);
    let headings = random.shuffled(&HEADINGS);
    for (number, heading) in headings.iter().take(sections).enumerate() {
        out.push_str(&format!("\n\n## {heading}\n\n"));
        out.push_str(&paragraph(random, topic, subject, false));
        if number == 0
            && let Some((url, alt)) = image
        {
            out.push_str(&format!("\n\n![{alt}]({url})"));
        }
        out.push_str("\n\n");
        out.push_str(&block(random, topic));
        if random.chance(60) {
            out.push_str("\n\n");
            out.push_str(&paragraph(random, topic, subject, false));
        }
    }
    out.push('\n');
    out
}

/// A few sentences, some of the topic and some that fit anywhere.
fn paragraph(random: &mut Random, topic: &Topic, subject: &str, is_first: bool) -> String {
    let own = random.shuffled(topic.sentences);
    let anywhere = random.shuffled(&ANYWHERE);
    // A text begins with its subject.
    let first = own.iter().copied().find(|sentence| is_first && sentence.contains("{}"));
    let count = 1 + random.below(3);
    let rest = own.iter().copied().filter(|sentence| Some(*sentence) != first).take(count);
    let mut sentences: Vec<String> =
        first.into_iter().chain(rest).map(|sentence| sentence.replace("{}", subject)).collect();
    let count = 2 + random.below(3);
    sentences.extend(anywhere.iter().take(count).map(|&sentence| sentence.to_owned()));
    let start = usize::from(is_first);
    let tail = sentences.split_off(start.min(sentences.len()));
    let order: Vec<usize> = (0..tail.len()).collect();
    let order = random.shuffled(&order);
    sentences.extend(order.iter().filter_map(|&at| tail.get(at).cloned()));
    capitalised(&emphasised(random, sentences.join(" ")))
}

/// Something other than a paragraph.
fn block(random: &mut Random, topic: &Topic) -> String {
    let kind = random.below(if topic.code.is_empty() { 4 } else { 7 });
    match kind {
        0 => format!("> {}", random.pick(&QUOTES)),
        1 => list(random, |_| "- ".to_owned()),
        2 => list(random, |number| format!("{number}. ")),
        3 => table(random),
        _ => {
            let (language, code) = random.pick(topic.code);
            format!("```{language}\n{code}\n```")
        }
    }
}

fn list(random: &mut Random, sign: impl Fn(usize) -> String) -> String {
    let count = 3 + random.below(3);
    let items = random.shuffled(&ITEMS);
    let lines = items.iter().take(count).enumerate();
    let lines: Vec<_> = lines.map(|(at, item)| format!("{}{item}", sign(at + 1))).collect();
    lines.join("\n")
}

fn table(random: &mut Random) -> String {
    let mut out = "| | morning | noon | evening |\n|---|---:|---:|---:|".to_owned();
    for day in ["Monday", "Wednesday", "Friday"] {
        let row = [(); 3].map(|()| random.below(90) + 10);
        out.push_str(&format!("\n| {day} | {} | {} | {} |", row[0], row[1], row[2]));
    }
    out
}

/// Now and then a word in italics.
fn emphasised(random: &mut Random, text: String) -> String {
    for word in ["never", "rather", "quiet", "wrong", "longer", "everything"] {
        if text.contains(word) && random.chance(30) {
            return text.replacen(word, &format!("*{word}*"), 1);
        }
    }
    text
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::super::topics::TOPICS;
    use super::*;

    #[test]
    fn no_title_comes_twice() {
        let titles: Vec<_> =
            TOPICS.iter().flat_map(|topic| (0..60).map(|number| title(topic, number).0)).collect();
        assert_eq!(titles.iter().collect::<HashSet<_>>().len(), titles.len());
    }

    #[test]
    fn a_text_is_whole_and_the_same_for_the_same_seed() {
        let text = || body(&mut Random::new(5), &TOPICS[1], "a parser", Some(("/a.jpg", "A")));
        assert_eq!(text(), text());
        assert!(!text().contains("{}"), "{}", text());
        assert!(text().contains("![A](/a.jpg)"), "{}", text());
    }
}
