// A page in Chromium, and what a test asks of it.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import axe from 'axe-core';
import { chromium } from 'playwright-core';

/** The browser of the system: the test never downloads one. */
const CHROMIUM = process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

/** Starts Chromium. `camera`: what its camera sees, a file of JPEG pictures. */
export function apriBrowser(camera) {
  assert.ok(CHROMIUM, 'manca Chromium: pacchetto chromium di Debian, o il suo percorso in CHROMIUM');
  const args = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];
  if (camera) args.push(`--use-file-for-fake-video-capture=${camera}`);
  // Its own sandbox refuses root, and containers without user namespaces.
  if (process.getuid?.() === 0) args.push('--no-sandbox');
  return chromium.launch({ executablePath: CHROMIUM, args, timeout: 60_000 });
}

/**
 * Opens a page and runs `prova` on it once it is `pronta`. Afterwards nothing may have gone wrong behind the person's
 * back: no error in the console, no request that failed or went elsewhere, no answer of 400 or more, no reload.
 * `atteso`: what of this the test provokes.
 */
export async function sorvegliata(browser, url, opzioni, pronta, prova, atteso = () => false) {
  const contesto = await browser.newContext({ locale: 'it-IT', timezoneId: 'Europe/Rome', ...opzioni });
  const guai = [];
  const guaio = (testo) => { if (!atteso(testo)) guai.push(testo); };
  const casa = new URL(url).origin;
  try {
    const p = await contesto.newPage();
    p.setDefaultTimeout(15_000);
    p.on('console', (m) => { if (['error', 'warning'].includes(m.type())) guaio(`console: ${m.text()}`); });
    p.on('pageerror', (e) => guaio(`eccezione: ${e}`));
    p.on('request', (r) => { if (/^http/.test(r.url()) && new URL(r.url()).origin !== casa) guaio(`altrove: ${r.url()}`); });
    p.on('requestfailed', (r) => guaio(`fallita: ${r.url()} ${r.failure()?.errorText}`));
    p.on('response', (r) => { if (r.status() >= 400) guaio(`${r.status()}: ${r.url()}`); });
    await p.goto(url);
    await pronta(p);
    await p.evaluate(() => { window.mai_ricaricata = true; });
    await prova(p);
    assert.deepEqual(guai, []);
    assert.ok(await p.evaluate(() => window.mai_ricaricata), 'la pagina si è ricaricata');
  } finally {
    await contesto.close();
  }
}

/** The page of the sandbox. */
export const conPagina = (browser, url, opzioni, prova) => sorvegliata(browser, url, opzioni, async (p) => {
  await p.getByText('In diretta').waitFor();
  await p.locator('[data-pendenza]').first().waitFor();
}, prova);

/** Presses Tab until an element has the focus; every stop on the way must be seen. */
export async function tabFino(p, selettore, tasto = 'Tab') {
  for (let n = 0; n < 120; n++) {
    await p.keyboard.press(tasto);
    const qui = await p.evaluate((s) => {
      const e = document.activeElement;
      const segnato = e.matches('.nascosto') ? e.nextElementSibling : e;
      return { giusto: e.matches(s), vede: getComputedStyle(segnato).outlineStyle !== 'none', chi: e.outerHTML.slice(0, 120) };
    }, selettore);
    assert.ok(qui.vede, `il fuoco non si vede: ${qui.chi}`);
    if (qui.giusto) return;
  }
  assert.fail(`${selettore} non si raggiunge`);
}

/** Nothing at all that axe-core finds wrong, of WCAG 2.2 AA and of its good practice. */
export async function accessibile(p, dove) {
  await p.evaluate(axe.source);
  const { violations, passes } = await p.evaluate(() => window.axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  }));
  const trovate = violations.map((v) => `${v.impact} ${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`);
  assert.deepEqual(trovate, [], dove);
  assert.ok(passes.length > 20, `${dove}: axe ha guardato solo ${passes.length} regole`);
}

/** Nothing is wider than the window. */
export async function senzaScorrimento(p, dove) {
  const { largo, finestra } = await p.evaluate(() => ({ largo: document.documentElement.scrollWidth, finestra: window.innerWidth }));
  assert.ok(largo <= finestra, `${dove}: ${largo} pixel in una finestra di ${finestra}`);
}

/** The row of a pendenza in the list. */
export const riga = (p, nome) => p.locator(`[data-pendenza="${nome}"]`);

/** Waits for a pendenza to show a state. */
export const inStato = (p, nome, stato) => riga(p, nome).locator('.etichetta', { hasText: stato }).waitFor();

/** Loads a pendenza with the form; gives back its key and its notice number. */
export async function carica(p, causale, importo = '45,01') {
  await p.getByLabel('Causale').fill(causale);
  await p.getByLabel('Importo in euro').fill(importo);
  const id = await p.getByLabel('Identificativo').inputValue();
  await p.getByRole('button', { name: 'Carica la pendenza' }).click();
  await p.locator('#esito-nuova').getByText('Caricata.').waitFor();
  const avviso = await p.locator('#esito-nuova .numero').textContent();
  assert.match(avviso, /^\d{18}$/);
  await riga(p, `GESTIONALE/${id}`).waitFor();
  return { nome: `GESTIONALE/${id}`, avviso };
}

/** Chooses how the ente behaves. */
export async function guasta(p, nome) {
  await p.getByLabel('Comportamento').selectOption({ label: nome });
  await p.getByRole('button', { name: 'Applica' }).click();
  await p.locator('#stato-guasto', { hasText: nome }).waitFor();
}
