// Signs with @libpdf/core for versus.py: one JSON request per line in, one answer per line out.
// Arguments: the module's file, a PKCS#12 file, its password. Warm: one process for all rounds.
import { readFile, writeFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [entry, p12, password] = process.argv.slice(2);
const { P12Signer, PDF } = await import(pathToFileURL(entry).href);
const signer = await P12Signer.create(await readFile(p12), password);

for await (const line of createInterface({ input: process.stdin })) {
  const { source, target } = JSON.parse(line);
  globalThis.gc?.();
  const begun = performance.now();
  const used = process.cpuUsage();
  try {
    const pdf = await PDF.load(await readFile(source));
    const { bytes } = await pdf.sign({ signer, level: "B-B", fieldName: "A-signature" });
    await writeFile(target, bytes);
    const { user, system } = process.cpuUsage(used);
    console.log(JSON.stringify({ ms: performance.now() - begun, cpu: (user + system) / 1000 }));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error) }));
  }
}
