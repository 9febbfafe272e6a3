// The page of a contract as a person uses it: reads, searches, tries an operation, with the keyboard, on a phone.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { accessibile, apriBrowser, senzaScorrimento, sorvegliata, tabFino } from './pagina.js';
import { accendi } from './sandbox.js';

const SCRIVANIA = { viewport: { width: 1280, height: 900 } };
const TELEFONO = { viewport: { width: 320, height: 640 }, isMobile: true, hasTouch: true };
const PASSWORD = 'Demo-2026-admin';

const sandbox = await accendi();
const browser = await apriBrowser();
const radice = (api, versione) => `${sandbox.gateway}/govpay/backend/api/${api}/rs/basic/${versione}`;
const BACKOFFICE = `${radice('backoffice', 'v1')}/index.html`;
const PENDENZE = `${radice('pendenze', 'v2')}/index.html`;

after(async () => {
  await browser.close();
  assert.equal(await sandbox.spegni(), 0, 'la sandbox finisce bene');
});

const conContratto = (url, opzioni, prova, atteso) => sorvegliata(browser, url, opzioni,
  (p) => p.locator('#quante', { hasText: /operations$/ }).waitFor(), prova, atteso);

/** The operation with this method and address. */
const operazione = (p, metodo, percorso) => p.locator('#operazioni details').filter({
  has: p.locator('.metodo', { hasText: new RegExp(`^${metodo}$`) }),
}).filter({ has: p.locator('.percorso', { hasText: new RegExp(`^${percorso.replace(/[{}]/g, '\\$&')}$`) }) });

/** Opens it, if it is closed. */
async function apri(o) {
  await o.locator('summary').click();
  await o.getByRole('button', { name: 'Send' }).waitFor();
}

describe('la pagina di un contratto', () => {
  test('elenca tutte le operazioni, e si cercano', () => conContratto(BACKOFFICE, SCRIVANIA, async (p) => {
    const contratto = await (await fetch(`${radice('backoffice', 'v1')}/govpay-api-backoffice-v1.json`)).json();
    const tutte = Object.entries(contratto.paths).flatMap(([percorso, metodi]) => Object.keys(metodi).map((m) => `${m.toUpperCase()} ${percorso}`));
    assert.ok(tutte.length > 40, `${tutte.length} operazioni`);
    const mostrate = await p.locator('#operazioni details').evaluateAll((d) => d.map((e) => `${e.querySelector('.metodo').textContent} ${e.querySelector('.percorso').textContent}`));
    assert.deepEqual(mostrate.toSorted?.() ?? [...mostrate].sort(), [...tutte].sort());
    assert.equal(await p.getByRole('heading', { level: 1 }).textContent(), `${contratto.info.title} ${contratto.info.version}`);
    await accessibile(p, 'appena aperta');
    await p.getByLabel('Show only those that contain').fill('/intermediari');
    const cercate = tutte.filter((o) => o.includes('/intermediari')).length;
    await p.locator('#quante', { hasText: `${cercate} of ${tutte.length} operations` }).waitFor();
    assert.equal(await p.locator('#operazioni details:visible').count(), cercate);
    const put = operazione(p, 'PUT', '/intermediari/{idIntermediario}');
    await apri(put);
    assert.match(await put.textContent(), /denominazione: string {2}\(required; 1-255 characters\)/);
    await accessibile(p, 'con una operazione aperta');
  }));

  test('prova una operazione, con le credenziali e senza', () => conContratto(BACKOFFICE, SCRIVANIA, async (p) => {
    const o = operazione(p, 'GET', '/domini');
    await apri(o);
    await o.getByRole('button', { name: 'Send' }).click();
    await o.getByRole('status').getByText(/^HTTP 401, X-Govpay-IdTransazione [0-9a-f-]{36}$/).waitFor();
    assert.match(await o.locator('pre').last().textContent(), /"categoria": "AUTORIZZAZIONE"/);
    await p.getByLabel('User').fill('gpadmin');
    await p.getByLabel('Password').fill(PASSWORD);
    await o.getByLabel(/^campi/).fill('idDominio,ragioneSociale');
    await o.getByRole('button', { name: 'Send' }).click();
    await o.getByRole('status').getByText(/^HTTP 200/).waitFor();
    assert.match(await o.locator('pre').last().textContent(), /"ragioneSociale": "Comune Dimostrativo"/);
    const testo = await o.textContent();
    assert.ok(testo.includes(`curl -X GET '${radice('backoffice', 'v1')}/domini?campi=idDominio%2CragioneSociale'`), testo);
    assert.ok(testo.includes("-u 'gpadmin'"), testo);
    assert.ok(!(await p.content()).includes(PASSWORD), 'la password non si mostra');
    assert.equal(await p.evaluate(() => localStorage.length + sessionStorage.length + document.cookie.length), 0, 'niente resta');
    await accessibile(p, 'con una risposta');
  }, (guaio) => /401/.test(guaio)));

  test("l'esempio di una pendenza si carica com'è", () => conContratto(PENDENZE, SCRIVANIA, async (p) => {
    await p.getByLabel('User').fill('GESTIONALE');
    await p.getByLabel('Password').fill('Demo-2026-ente');
    const put = operazione(p, 'PUT', '/pendenze/{idA2A}/{idPendenza}');
    await apri(put);
    await put.getByLabel(/^idPendenza/).fill('PAGINA-1');
    await put.getByRole('button', { name: 'Send' }).click();
    await put.getByRole('status').getByText(/^HTTP 201/).waitFor();
    const creata = JSON.parse(await put.locator('pre').last().textContent());
    assert.match(creata.numeroAvviso, /^\d{18}$/);
    const avviso = operazione(p, 'GET', '/avvisi/{idDominio}/{numeroAvviso}');
    await apri(avviso);
    await avviso.getByLabel(/^numeroAvviso/).fill(creata.numeroAvviso);
    await avviso.getByLabel('Accept').selectOption('application/pdf');
    await avviso.getByRole('button', { name: 'Send' }).click();
    await avviso.getByRole('status').getByText(/^HTTP 200/).waitFor();
    assert.match(await avviso.locator('pre').last().textContent(), /^\d+ bytes, application\/pdf$/);
  }));
});

describe('per ogni persona', () => {
  test('con la sola tastiera', () => conContratto(BACKOFFICE, SCRIVANIA, async (p) => {
    await tabFino(p, '.salta');
    await p.keyboard.press('Enter');
    assert.equal(await p.evaluate(() => document.activeElement.id), 'operazioni');
    await tabFino(p, '#c-utente', 'Shift+Tab');
    await p.keyboard.type('gpadmin');
    await tabFino(p, '#c-password');
    await p.keyboard.type(PASSWORD);
    await tabFino(p, '#filtro');
    await p.keyboard.type('getprofilo');
    await p.locator('#quante', { hasText: /^1 of / }).waitFor();
    await tabFino(p, 'summary');
    await p.keyboard.press('Enter');
    // What is inside is made when it opens: whoever is quicker than that goes past the end of the page.
    await p.getByRole('button', { name: 'Send' }).waitFor();
    await tabFino(p, 'details button');
    await p.keyboard.press('Enter');
    const o = operazione(p, 'GET', '/profilo');
    await o.getByRole('status').getByText(/^HTTP 200/).waitFor();
    await tabFino(p, 'details pre:last-child');
    assert.match(await p.evaluate(() => document.activeElement.textContent), /"nome": "gpadmin"/);
  }));

  test('su un telefono largo 320 pixel', () => conContratto(PENDENZE, TELEFONO, async (p) => {
    await senzaScorrimento(p, 'appena aperta');
    const put = operazione(p, 'PUT', '/pendenze/{idA2A}/{idPendenza}');
    await put.locator('summary').tap();
    await senzaScorrimento(p, 'con una operazione aperta');
    await accessibile(p, 'telefono');
  }));

  test('al buio', () => conContratto(BACKOFFICE, { ...SCRIVANIA, colorScheme: 'dark' }, async (p) => {
    await apri(operazione(p, 'PUT', '/domini/{idDominio}'));
    await accessibile(p, 'al buio');
  }));
});
