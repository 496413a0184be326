"""Plays the customers: gives the answers of answers.csv through the public API, as browsers would, and prints one line
each for three customers who have not answered yet: first name, language, agent, team and link, with tabs between.

    python3 customers.py COLLECTOR LINKS_CSV ANSWERS_CSV ORGANISATION_TOML
"""

import csv
import http.client
import json
import re
import sys
import urllib.parse
import uuid

collector, links_csv, answers_csv, organisation_toml = sys.argv[1:]


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def submission(customer, answer):
    answers = {"nps": int(answer["score"])}
    if answer["comment"]:
        answers["why"] = answer["comment"]
    query = urllib.parse.urlsplit(customer["link"]).query
    return {
        # Made from the link: sending everything twice changes nothing.
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, customer["link"])),
        "survey": "support",
        "token": urllib.parse.parse_qs(query)["t"][0],
        "language": customer["language"],
        "complete": True,
        "answers": answers,
    }


def submit(submissions):
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(collector).netloc, timeout=30)
    for body in submissions:
        connection.request("POST", "/v1/submissions", json.dumps(body), {"Content-Type": "application/json"})
        response = connection.getresponse()
        said = response.read().decode(errors="replace")
        if response.status != 201:
            sys.exit(f"the collector answered {response.status} to a submission: {said}")
    connection.close()


def team_of_agents(path):
    """Reads as much TOML as organisation.toml has: tomllib came with Python 3.11 only."""
    with open(path, encoding="utf-8") as file:
        tables = re.split(r"^\[\[.+\]\]$", file.read(), flags=re.MULTILINE)
    tables = [dict(re.findall(r'^(\w+) = "(.*)"$', table, flags=re.MULTILINE)) for table in tables]
    names = {table["id"]: table["name"] for table in tables if "kind" in table}
    return {table["id"]: (table["name"], names[table["unit"]]) for table in tables if "unit" in table}


def three(customers, agents):
    """Two who speak English and one who speaks Arabic, each looked after by another team where that is possible."""
    chosen, teams = [], set()
    for language in ["en", "en", "ar"]:
        candidates = [one for one in customers if one["language"] == language and one not in chosen]
        candidates.sort(key=lambda one: agents[one["agent"]][1] in teams)
        chosen += candidates[:1]
        teams.update(agents[one["agent"]][1] for one in chosen)
    return chosen


customers = {row["customer"]: row for row in rows(links_csv)}
answers = rows(answers_csv)
submit(submission(customers[answer["customer"]], answer) for answer in answers)

agents = team_of_agents(organisation_toml)
answered = {answer["customer"] for answer in answers}
for customer in three([one for one in customers.values() if one["customer"] not in answered], agents):
    agent, team = agents[customer["agent"]]
    print(customer["first_name"], customer["language"], agent, team, customer["link"], sep="\t")
