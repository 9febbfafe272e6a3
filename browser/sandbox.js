// The real `govpay sandbox`, on free ports, with a database of its own. It ends with the test, always.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';

const RADICE = fileURLToPath(new URL('..', import.meta.url));
const BINARIO = process.env.GOVPAY_BIN
  ? path.resolve(process.env.GOVPAY_BIN)
  : path.resolve(RADICE, process.env.CARGO_TARGET_DIR ?? 'target', 'debug/govpay');
/** Milliseconds to start and to stop. */
const AVVIO = 60_000;
const FINE = 15_000;

const accese = new Set();
// Also when the test runner gives up: only our own process, by its handle.
process.on('exit', () => accese.forEach(({ figlio, cartella }) => {
  figlio.kill('SIGKILL');
  rmSync(cartella, { recursive: true, force: true });
}));
for (const segnale of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(segnale, () => process.exit(1));

const entro = (promessa, ms, testo) => {
  let sveglia;
  const tardi = new Promise((_, rifiuta) => { sveglia = setTimeout(() => rifiuta(new Error(testo)), ms); });
  return Promise.race([promessa, tardi]).finally(() => clearTimeout(sveglia));
};

/** Starts it and waits for its greeting. `url` is the page, `gateway` the gateway. */
export async function accendi() {
  const cartella = await mkdtemp(path.join(tmpdir(), 'govpay-browser-'));
  const diario = path.join(cartella, 'stderr.log');
  const errori = await open(diario, 'w');
  const env = Object.fromEntries(Object.entries(process.env).filter(([n]) => !n.startsWith('GOVPAY_')));
  const figlio = spawn(BINARIO, [
    'sandbox', '--listen', '127.0.0.1:0', '--sandbox-listen', '127.0.0.1:0',
    '--database', `sqlite://${path.join(cartella, 'sandbox.db')}`,
  ], { cwd: cartella, env, stdio: ['ignore', 'pipe', errori.fd] });
  const accesa = { figlio, cartella };
  accese.add(accesa);
  const finito = once(figlio, 'exit').finally(() => accese.delete(accesa));
  const righe = [];

  async function spegni() {
    figlio.kill('SIGTERM');
    try {
      await entro(finito, FINE, 'la sandbox non si ferma');
    } finally {
      figlio.kill('SIGKILL');
      await errori.close();
      await rm(cartella, { recursive: true, force: true });
    }
    return figlio.exitCode;
  }

  const saluto = new Promise((bene, male) => {
    readline.createInterface({ input: figlio.stdout }).on('line', (riga) => {
      righe.push(riga);
      // The last line of the greeting.
      if (/prossimo tentativo/.test(riga)) bene();
    });
    finito.then(
      async () => male(new Error(`la sandbox e' finita (${figlio.exitCode}): ${await readFile(diario, 'utf8')}`)),
      (e) => male(new Error(`${BINARIO}: ${e.message}. Prima: cargo build -p govpay-server`)),
    ).catch(male);
  });
  try {
    await entro(saluto, AVVIO, 'la sandbox non saluta');
  } catch (e) {
    await spegni().catch(() => {});
    throw e;
  }
  const di = (inizio) => righe.find((r) => r.startsWith(inizio)).slice(inizio.length).trim();
  return { url: di('Apri nel browser'), gateway: di('GovPay risponde su'), righe, cartella, spegni };
}
