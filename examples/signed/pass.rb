#!/usr/bin/env ruby
# Prints a pass for one customer: a JSON Web Token that the survey's page hands on.
#
#     HEARBACK_SECRET=hs_… ./pass.rb SURVEY CUSTOMER [INTERACTION]

require "json"
require "openssl"

def encode(data)
  [data].pack("m0").tr("+/", "-_").delete("=")
end

def make_pass(survey, customer, interaction = nil)
  now = Time.now.to_i
  claims = {
    aud: survey,
    sub: customer,
    iat: now,
    exp: now + 24 * 60 * 60, # begun by then, it can be finished later
    # As you know them: email:, phone:, first_name:, agent:, language:,
    attributes: { signed_by: "ruby" },
  }
  claims[:jti] = interaction if interaction # one answer for each; without it, one a day
  signed = [{ alg: "HS256", typ: "JWT" }, claims].map { |part| encode(JSON.generate(part)) }.join(".")
  "#{signed}.#{encode(OpenSSL::HMAC.digest("SHA256", ENV.fetch("HEARBACK_SECRET"), signed))}"
end

puts make_pass(*ARGV.first(3))
