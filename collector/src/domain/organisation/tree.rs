//! The units as a tree: what is above and below.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::{Organisation, Unit};
use crate::domain::names::UnitId;

/// Units by their ids, with the places of their parents. Circles and unknown parents may be in it: it is how they are found.
pub(super) struct Tree<'a> {
    units: &'a [Unit],
    places: HashMap<&'a str, usize>,
    parents: Vec<Option<usize>>,
}

impl<'a> Tree<'a> {
    pub(super) fn new(units: &'a [Unit]) -> Self {
        let places: HashMap<&str, usize> =
            units.iter().enumerate().map(|(place, unit)| (unit.id.as_str(), place)).collect();
        let parent = |unit: &Unit| places.get(unit.parent.as_ref()?.as_str()).copied();
        let parents = units.iter().map(parent).collect();
        Self { units, places, parents }
    }

    pub(super) fn place(&self, id: &str) -> Option<usize> {
        self.places.get(id).copied()
    }

    /// Of each unit whether it is above itself.
    pub(super) fn in_circles(&self) -> Vec<bool> {
        let mut circles = vec![false; self.units.len()];
        // The way up on which a unit was met first. Met again on the same way, it closes a circle.
        let mut met = vec![None; self.units.len()];
        for start in 0..self.units.len() {
            let mut above = Some(start);
            while let Some(place) = above.filter(|place| met[*place].is_none()) {
                met[place] = Some(start);
                above = self.parents[place];
            }
            let mut circle = above.filter(|place| met[*place] == Some(start));
            while let Some(place) = circle.filter(|place| !circles[*place]) {
                circles[place] = true;
                circle = self.parents[place];
            }
        }
        circles
    }

    /// For each unit the nearest unit of this kind, itself or above.
    pub(super) fn nearest(&self, kind: &str) -> Vec<Option<usize>> {
        self.upwards(
            |place, above| if self.units[place].kind == kind { Some(place) } else { above.flatten() },
        )
    }

    /// For each unit the highest of these, itself or above.
    pub(super) fn highest(&self, units: &[UnitId]) -> Vec<Option<usize>> {
        let these: HashSet<usize> = units.iter().filter_map(|unit| self.place(unit.as_str())).collect();
        self.upwards(|place, above| above.flatten().or_else(|| these.contains(&place).then_some(place)))
    }

    /// For each unit how many are above it.
    fn depths(&self) -> Vec<usize> {
        self.upwards(|_, above| above.map_or(0, |depth| depth + 1))
    }

    /// For each unit what follows from the same of its parent. Each unit is visited once, however deep the tree.
    fn upwards<T: Copy>(&self, of: impl Fn(usize, Option<T>) -> T) -> Vec<T> {
        let mut found: Vec<Option<T>> = vec![None; self.units.len()];
        let mut met = vec![false; self.units.len()];
        let mut way = Vec::new();
        for start in 0..self.units.len() {
            let mut above = Some(start);
            while let Some(place) = above.filter(|place| !met[*place]) {
                met[place] = true;
                way.push(place);
                above = self.parents[place];
            }
            // Nothing at a root, and where a circle closes.
            let mut last = above.and_then(|place| found[place]);
            while let Some(place) = way.pop() {
                last = Some(of(place, last));
                found[place] = last;
            }
        }
        found.into_iter().flatten().collect()
    }
}

impl Organisation {
    /// The way to a unit: root first, the unit itself last. Nothing, if there is no such unit.
    pub fn path(&self, unit: &str) -> Vec<&Unit> {
        let tree = Tree::new(&self.units);
        let mut path = Vec::new();
        let mut above = tree.place(unit);
        while let Some(place) = above.filter(|_| path.len() < self.units.len()) {
            path.push(&self.units[place]);
            above = tree.parents[place];
        }
        path.reverse();
        path
    }

    /// The units right below a unit.
    pub fn children(&self, unit: &str) -> Vec<&Unit> {
        let below = |child: &&Unit| child.parent.as_ref().is_some_and(|parent| parent.as_str() == unit);
        self.units.iter().filter(below).collect()
    }

    /// These units, and all that are below them.
    pub fn with_all_below(&self, units: &[UnitId]) -> BTreeSet<UnitId> {
        let highest = Tree::new(&self.units).highest(units);
        let inside = self.units.iter().zip(highest).filter(|(_, highest)| highest.is_some());
        inside.map(|(unit, _)| unit.id.clone()).collect()
    }

    /// The kinds of units there are, from the root down: each by its deepest unit, those that reach equally deep by name.
    pub fn kinds(&self) -> Vec<&str> {
        let mut deepest: BTreeMap<&str, usize> = BTreeMap::new();
        for (unit, depth) in self.units.iter().zip(Tree::new(&self.units).depths()) {
            let deepest = deepest.entry(&unit.kind).or_default();
            *deepest = depth.max(*deepest);
        }
        let mut kinds: Vec<(usize, &str)> = deepest.into_iter().map(|(kind, depth)| (depth, kind)).collect();
        kinds.sort_unstable();
        kinds.into_iter().map(|(_, kind)| kind).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn organisation() -> Organisation {
        toml::from_str(
            r#"
            units = [
                { id = "north", kind = "team", name = "North", parent = "care" },
                { id = "co", kind = "company", name = "Co" },
                { id = "care", kind = "department", name = "Care", parent = "co" },
                { id = "desk", kind = "team", name = "Desk", parent = "co" },
                { id = "night", kind = "shift", name = "Night", parent = "north" },
                { id = "lone", kind = "team", name = "Lone" },
            ]
        "#,
        )
        .unwrap()
    }

    fn ids(units: Vec<&Unit>) -> Vec<&str> {
        units.into_iter().map(|unit| unit.id.as_str()).collect()
    }

    #[test]
    fn a_path_goes_from_the_root_to_the_unit() {
        let company = organisation();
        assert_eq!(ids(company.path("night")), ["co", "care", "north", "night"]);
        assert_eq!(ids(company.path("lone")), ["lone"]);
        assert_eq!(ids(company.path("gone")), [""; 0]);
        assert_eq!(ids(company.children("co")), ["care", "desk"]);
        assert_eq!(ids(company.children("night")), [""; 0]);
        let below = |units: &[&str]| {
            let units: Vec<UnitId> = units.iter().map(|unit| unit.parse().unwrap()).collect();
            company.with_all_below(&units).into_iter().map(String::from).collect::<Vec<_>>()
        };
        assert_eq!(below(&["care", "lone"]), ["care", "lone", "night", "north"]);
        assert_eq!(below(&["gone"]), [""; 0]);
    }

    #[test]
    fn kinds_are_named_from_the_root_down() {
        assert_eq!(organisation().kinds(), ["company", "department", "team", "shift"]);
        assert_eq!(Organisation::default().kinds(), [""; 0]);
    }

    #[test]
    fn a_circle_ends_no_walk_never() {
        let mut company = organisation();
        company.units[1].parent = Some("north".parse().unwrap());
        let circles = Tree::new(&company.units).in_circles();
        assert_eq!(
            circles,
            [true, true, true, false, false, false],
            "what hangs below a circle is not in it"
        );
        company.units[1].parent = Some("co".parse().unwrap());
        assert_eq!(Tree::new(&company.units).in_circles(), [false, true, false, false, false, false]);
        assert!(!company.path("night").is_empty() && !company.kinds().is_empty());
        assert_eq!(Tree::new(&company.units).nearest("shift"), [None, None, None, None, Some(4), None]);
    }

    #[test]
    fn a_hundred_thousand_levels_are_walked_in_a_moment() {
        let mut company = organisation();
        let unit = company.units[0].clone();
        let id = |n: usize| format!("u{n}").parse().unwrap();
        company.units = (0..100_000)
            .map(|n| Unit { id: id(n), parent: (n > 0).then(|| id(n - 1)), ..unit.clone() })
            .rev()
            .collect();
        let tree = Tree::new(&company.units);
        assert_eq!(tree.depths()[0], 99_999);
        assert!(!tree.in_circles().contains(&true));
        assert_eq!(company.path("u99999").len(), 100_000);
    }
}
