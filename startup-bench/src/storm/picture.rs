//! The server's sessions over time, for each contender, and how many of them nobody owns any more.

use std::time::Duration;

use super::plan::Plan;
use super::rounds::Storm;
use super::watch::Look;
use crate::report::Machine;
use crate::report::svg::{
    Anchor, Canvas, FOOTNOTE, FOOTNOTE_LINE, MARGIN, Page, Scale, WIDTH, wrap,
};

const TITLE: f64 = 34.0;
const PLOT: f64 = 110.0;
const AXIS: f64 = 30.0;
/// Of the figures left of a plot.
const FIGURES: f64 = 34.0;

/// The file.
pub(super) fn text(plan: &Plan, storms: &[Storm], machine: &Machine) -> String {
    let mut canvas = Canvas::default();
    canvas.text("head", Anchor::Start, (MARGIN, 36.0), "Sessions on the server");
    canvas.text("quiet", Anchor::Start, (MARGIN, 54.0), &plan.title());
    let longest = storms.iter().map(|storm| storm.took).max().unwrap_or_default();
    let mut top = 64.0;
    for storm in storms {
        let panel = Panel::new(plan, longest, top);
        panel.draw(&mut canvas, plan, storm);
        top = panel.bottom + AXIS;
    }
    let key = "Light: sessions of the application. Solid: zombies, whose sandbox is gone. Dashed: the \
               slots. Grey: the server is down.";
    for line in wrap(key, FOOTNOTE).into_iter().chain(wrap(&machine.sentence(), FOOTNOTE)) {
        top += FOOTNOTE_LINE;
        canvas.text("quiet", Anchor::Start, (MARGIN, top), &line);
    }
    let description: Vec<String> = storms.iter().map(|storm| headline(storm) + ".").collect();
    let page = Page {
        title: format!("Sessions on the server: {}", plan.title()),
        description: description.join(" "),
        style: "",
        size: (WIDTH, top + MARGIN),
    };
    page.text(&canvas.into_string())
}

/// A contender's storm in a sentence.
fn headline(storm: &Storm) -> String {
    let most = |of: fn(&Look) -> usize| storm.looks.iter().map(of).max().unwrap_or(0);
    format!(
        "{}: {} of {} invocations failed, {} zombies at most",
        storm.contender,
        storm.ledger.failed(),
        storm.ledger.entries().len(),
        most(|look| look.zombies),
    )
}

/// Where one contender's storm is drawn.
struct Panel {
    time: Scale,
    top: f64,
    bottom: f64,
    /// Pixels for each session.
    height: f64,
}

impl Panel {
    fn new(plan: &Plan, longest: Duration, top: f64) -> Self {
        let left = MARGIN + FIGURES;
        let top = top + TITLE;
        Self {
            time: Scale::new(left, WIDTH - left - MARGIN, longest.as_secs_f64()),
            top,
            bottom: top + PLOT,
            height: PLOT / (f64::from(plan.slots) * 1.1),
        }
    }

    fn draw(&self, canvas: &mut Canvas, plan: &Plan, storm: &Storm) {
        canvas.text("case", Anchor::Start, (MARGIN, self.top - 12.0), &headline(storm));
        self.axes(canvas, plan);
        if let Some((from, to)) = storm.down {
            let (from, to) = (self.x(from), self.x(to));
            canvas.rectangle("bar base", (from, self.top), (to - from, PLOT));
        }
        self.area(canvas, "area own", storm, |look| look.sessions);
        self.area(canvas, "dead", storm, |look| look.zombies);
    }

    fn axes(&self, canvas: &mut Canvas, plan: &Plan) {
        let marks: Vec<f64> = self.time.marks().collect();
        for (at, &mark) in marks.iter().enumerate() {
            let x = self.time.place(mark);
            canvas.line("rule", (x, self.top), (x, self.bottom));
            let unit = if at + 1 == marks.len() { " s" } else { "" };
            let label = self.time.label(mark) + unit;
            canvas.text("quiet", Anchor::Middle, (x, self.bottom + 15.0), &label);
        }
        let (left, right) = (self.time.place(0.0), WIDTH - MARGIN);
        for (sessions, class) in [(0, "zero"), (plan.slots, "limit")] {
            let y = self.bottom - f64::from(sessions) * self.height;
            canvas.line(class, (left, y), (right, y));
            canvas.text("quiet", Anchor::End, (left - 6.0, y + 4.0), &sessions.to_string());
        }
    }

    /// A figure holds until the next look.
    fn area(&self, canvas: &mut Canvas, class: &str, storm: &Storm, of: fn(&Look) -> usize) {
        let mut points: Vec<(f64, f64)> = Vec::new();
        for look in &storm.looks {
            let sessions = u32::try_from(of(look)).unwrap_or(u32::MAX);
            let (x, y) = (self.x(look.at), self.bottom - f64::from(sessions) * self.height);
            points.extend(points.last().map(|last| (x, last.1)));
            points.push((x, y));
        }
        canvas.area(class, &points, self.bottom);
    }

    fn x(&self, at: Duration) -> f64 {
        self.time.place(at.as_secs_f64())
    }
}
