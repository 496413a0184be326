//! Who leads, and what is wrong with a person.

use std::sync::Arc;

use super::*;

fn organisation() -> Organisation {
    toml::from_str(
        r#"
        units = [
            { id = "co", kind = "company", name = "Co" },
            { id = "care", kind = "department", name = "Care", parent = "co" },
            { id = "north", kind = "team", name = "North", parent = "care" },
            { id = "south", kind = "team", name = "South", parent = "care" },
            { id = "lone", kind = "team", name = "Lone" },
        ]
        agents = [{ id = "a1", name = "A", unit = "north" }]
    "#,
    )
    .unwrap()
}

fn person(toml: &str) -> Person {
    let given: Person = toml::from_str(toml).unwrap();
    given.normal()
}

fn lead(id: &str, units: &[&str]) -> Arc<Person> {
    let units = units.iter().map(|unit| format!("{unit:?}")).collect::<Vec<_>>().join(",");
    Arc::new(person(&format!(
        "id = {id:?}\nname = \"Lead\"\nemail = \"{id}@example.org\"\nrole = \"lead\"\nunits = [{units}]"
    )))
}

fn ids(found: Vec<&Arc<Person>>) -> Vec<&str> {
    found.into_iter().map(|person| person.id.as_str()).collect()
}

#[test]
fn a_unit_is_led_by_its_own_leads_or_by_the_nearest_above() {
    let company = organisation();
    let away = Arc::new(Person { active: false, ..Person::clone(&lead("z", &["south"])) });
    let people: People = [lead("top", &["co"]), lead("n2", &["north"]), lead("n1", &["north", "lone"]), away]
        .into_iter()
        .collect();
    let leads = |unit: &str| ids(people.leads_of(&unit.parse().unwrap(), &company));
    assert_eq!(leads("north"), ["n1", "n2"]);
    assert_eq!(leads("south"), ["top"], "who is away leads nobody");
    assert_eq!(leads("co"), ["top"]);
    assert_eq!(leads("gone"), [""; 0]);
    let above = |unit: &str| ids(people.leads_above(&unit.parse().unwrap(), &company));
    assert_eq!(above("north"), ["top"]);
    assert_eq!(above("lone"), [""; 0]);
    assert_eq!(above("south"), [""; 0], "nobody is above the top");
}

#[test]
fn what_is_wrong_with_a_person_is_named_by_field() {
    let people: People = [lead("lead", &["north"])].into_iter().collect();
    let company = organisation();
    let wrong = |toml: &str| {
        let problems = person(toml).check(&people, &company);
        problems.into_iter().map(|problem| problem.path).collect::<Vec<_>>()
    };
    let sound = "id = \"p\"\nname = \"P\"\nemail = \"P@Example.org\"\nrole = \"agent\"\nagent = \"a1\"\n";
    assert_eq!(wrong(sound), [""; 0]);
    assert_eq!(person(sound).email, "p@example.org");
    assert_eq!(wrong(&sound.replace("P@Ex", "LEAD@ex")), ["email"], "the address is another's");
    assert_eq!(wrong(&sound.replace("a1", "a2")), ["agent"]);
    assert_eq!(wrong(&sound.replace("agent = \"a1\"\n", "")), ["agent"]);
    assert_eq!(wrong(&sound.replace("\"agent\"", "\"lead\"")), ["units"]);
    assert_eq!(wrong(&format!("{sound}units = [\"north\", \"north\", \"west\"]")), ["units[1]"]);
    assert_eq!(
        wrong(&format!("{}capacity = 0\nlanguage = \"german!\"", sound.replace("\"P\"", "\" \""))),
        ["name", "capacity", "language"]
    );
    let own = "id = \"lead\"\nname = \"L\"\nemail = \"lead@example.org\"\nrole = \"admin\"";
    assert_eq!(wrong(own), [""; 0], "an address is one's own when one is changed");
}

#[test]
fn a_person_is_written_and_read_back() {
    let person = person("id = \"p\"\nname = \"P\"\nemail = \"p@example.org\"\nrole = \"admin\"");
    assert!(person.active);
    let json = serde_json::to_value(&person).unwrap();
    assert_eq!(serde_json::from_value::<Person>(json).unwrap(), person);
}
