// Bulk loading: the curl lines that send the demo file and read how it went.
import { $, curl, mostraCurl, parola } from './base.js';

export function avvia(conf) {
  const chi = [conf.amministratore.utente, conf.amministratore.password];
  const tracciati = `${conf.apiBackoffice}/pendenze/tracciati`;
  const ultimo = `$(curl -s -u ${parola(chi.join(':'))} ${parola(`${tracciati}?risultatiPerPagina=1`)} | grep -o '"id": *[0-9]*' | head -1 | grep -o '[0-9]*')`;
  const di = (coda, altro) => `curl ${altro} -u ${parola(chi.join(':'))} "${tracciati}/${ultimo}${coda}"`;
  mostraCurl($('curl-massivo'), [
    ['Invio del file', `curl -s ${parola(`${location.origin}/pagina/mensa.csv`)} | ${curl({
      altro: ['-H', parola('Content-Type: text/csv'), '-H', parola('X-GOVPAY-FILENAME: mensa.csv'), '--data-binary', '@-'],
      chi, url: `${tracciati}/${conf.dominio}/MENSA`,
    })}`],
    ['Caricamenti fatti', curl({ chi, url: tracciati })],
    ["Esito dell'ultimo, riga per riga", di('/esito', '-s')],
    ["Avvisi dell'ultimo, in uno zip", di('/stampe', '-OJ')],
  ]);
}
