// Makes what wasm-bindgen left smaller: node shorten.mjs GLUE PROGRAM
//
// The names by which program and glue know each other are long, and stand in both: here they become one or two letters.
// Of the glue, the end makes way for what the loader needs of it: a function that takes the answer to the request for the
// program. What isn't found as it is expected ends the build: a new wasm-bindgen may write it otherwise.

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const [, , glue, program] = process.argv;
const { imports, exports } = JSON.parse(execFileSync('wasm-opt', [
    program, '-o', program, '--strip-debug', '--strip-target-features', '--minify-imports-and-exports-and-modules',
]));
let code = readFileSync(glue, 'utf8');

function replace(pattern, by) {
    const before = code;
    code = code.replaceAll(pattern, () => by);
    if (code == before) throw new Error(`${glue} has no ${pattern}`);
}

// Before the end is cut off, which names some of them too.
replace(/ {4}let script_src;\n.*\n.*\n {4}}\n/g, '');
replace(/ {4}let wasmModule, wasmInstance, wasm;\n[^]*/g, `    let wasm;
    return async (answer) => {
        const imports = __wbg_get_imports();
        // Proxies may have lost its type.
        const isStreamed = answer.headers.get('content-type') == 'application/wasm';
        const { instance } = await (isStreamed ? WebAssembly.instantiateStreaming(answer, imports)
            : WebAssembly.instantiate(await answer.arrayBuffer(), imports));
        wasm = instance.exports;
        wasm.__wbindgen_start();
        return exports;
    };
})({ __proto__: null });
`);

const text = (name) => name.replaceAll('$', '\\$');
for (const [, name, short] of imports) replace(new RegExp(`^( +)${text(name)}(?=: function)`, 'gm'), short);
for (const [name, short] of exports) {
    // Some are there for others.
    if (code.includes(`wasm.${name}`)) replace(new RegExp(`\\bwasm\\.${text(name)}\\b`, 'g'), `wasm.${short}`);
}
replace(/"\.\/[\w-]+_bg\.js"(?=: import0)/g, 'a');
writeFileSync(glue, code);
