<#-- A line of mensa.csv: idPendenza;codiceFiscale;genitore;causale;importo -->
<#assign formato = class["org.apache.commons.csv.CSVFormat"].newFormat(';').withQuote('"') />
<#assign csv = class["it.govpay.core.utils.CSVUtils"].getInstance(formato) />
<#assign riga = csv.getCSVRecord(lineaCsvRichiesta) />
{
  "idA2A": "GESTIONALE",
  "idPendenza": ${csv.toJsonValue(riga, 0)},
  "idDominio": "${idDominio}",
  "idTipoPendenza": "${idTipoVersamento}",
  "idUnitaOperativa": "SCUOLA",
  "causale": ${csv.toJsonValue(riga, 3)},
  "soggettoPagatore": {
    "tipo": "F",
    "identificativo": ${csv.toJsonValue(riga, 1)},
    "anagrafica": ${csv.toJsonValue(riga, 2)}
  },
  "importo": ${csv.toJsonValue(riga, 4)},
  "voci": [{
    "idVocePendenza": "1",
    "importo": ${csv.toJsonValue(riga, 4)},
    "descrizione": "Buoni pasto",
    "codEntrata": "MENSA"
  }]
}
