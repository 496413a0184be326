#!/usr/bin/env php
<?php
// Prints a pass for one customer: a JSON Web Token that the survey's page hands on.
//
//     HEARBACK_SECRET=hs_… ./pass.php SURVEY CUSTOMER [INTERACTION]

function encode(string $data): string
{
    return rtrim(strtr(base64_encode($data), '+/', '-_'), '=');
}

function make_pass(string $survey, string $customer, ?string $interaction = null): string
{
    $claims = [
        'aud' => $survey,
        'sub' => $customer,
        'iat' => time(),
        'exp' => time() + 24 * 60 * 60, // begun by then, it can be finished later
        // As you know them: 'email', 'phone', 'first_name', 'agent', 'language',
        'attributes' => ['signed_by' => 'php'],
    ];
    if ($interaction !== null) {
        $claims['jti'] = $interaction; // one answer for each; without it, one a day
    }
    $signed = encode(json_encode(['alg' => 'HS256', 'typ' => 'JWT'])) . '.' . encode(json_encode($claims));
    return $signed . '.' . encode(hash_hmac('sha256', $signed, getenv('HEARBACK_SECRET'), true));
}

echo make_pass(...array_slice($argv, 1, 3)), "\n";
