#!/usr/bin/env node
// Prints a pass for one customer: a JSON Web Token that the survey's page hands on.
//
//     HEARBACK_SECRET=hs_… ./pass.js SURVEY CUSTOMER [INTERACTION]

const { createHmac } = require("node:crypto");

function makePass(survey, customer, interaction) {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    aud: survey,
    sub: customer,
    iat: now,
    exp: now + 24 * 60 * 60, // begun by then, it can be finished later
    // As you know them: email, phone, first_name, agent, language,
    attributes: { signed_by: "node" },
    jti: interaction, // one answer for each; without it, one a day
  };
  const encode = (part) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const signed = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
  const signature = createHmac("sha256", process.env.HEARBACK_SECRET).update(signed).digest("base64url");
  return `${signed}.${signature}`;
}

console.log(makePass(...process.argv.slice(2, 5)));
