// Parses and formats every FOLDER/**/main.tf: what does not parse, or is not formatted, is a line.
//
// usage: node terraform_format.cjs NODE_MODULES/@cdktf FOLDER
const fs = require("node:fs");
const path = require("node:path");

const [packages, folder] = process.argv.slice(2);

async function main() {
  const { format } = require(path.join(packages, "hcl-tools"));
  const { parse } = require(path.join(packages, "hcl2json"));
  const files = fs.readdirSync(folder, { recursive: true }).filter((file) => file.endsWith("main.tf"));
  const found = [];
  for (const file of files.sort()) {
    const text = fs.readFileSync(path.join(folder, file), "utf8");
    const parsed = await parse(file, text).catch((error) => found.push(`${file}: ${error}`));
    if (parsed && !parsed.resource) found.push(`${file}: no resource`);
    if ((await format(text)) !== text) found.push(`${file}: not formatted`);
  }
  if (files.length < 50) found.push(`only ${files.length} files`);
  console.log([`${files.length} files parsed`, ...found].join("\n"));
  process.exit(found.length > 0 ? 1 : 0);
}

main();
