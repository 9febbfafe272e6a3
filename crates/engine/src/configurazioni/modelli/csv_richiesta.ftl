<#assign csv = class["it.govpay.core.utils.CSVUtils"].getInstance() />
<#assign riga = csv.getCSVRecord(lineaCsvRichiesta) />
<#if csv.isOperazioneAnnullamento(riga, 12)>
<#assign fatto = context?api.put("tipoOperazione", "DEL")! />
{
  "idA2A": ${csv.toJsonValue(riga, 0)},
  "idPendenza": ${csv.toJsonValue(riga, 1)}
}
<#else>
<#assign fatto = context?api.put("tipoOperazione", "ADD")! />
<#if !csv.isEmpty(riga, 82)>
<#if riga.get(82).trim() == "MAI">
<#assign fatto = context?api.put("avvisatura", false)! />
<#else>
<#assign date_utili = class["it.govpay.core.utils.SimpleDateFormatUtils"].getInstance() />
<#assign fatto = context?api.put("dataAvvisatura", date_utili.getDataAvvisatura(riga.get(82).trim(), "dataAvvisatura"))! />
</#if>
</#if>
{
  "idA2A": ${csv.toJsonValue(riga, 0)},
  "idPendenza": ${csv.toJsonValue(riga, 1)},
  "idDominio": ${csv.toJsonValue(riga, 2)},
  "numeroAvviso": ${csv.toJsonValue(riga, 3)},
  "idTipoPendenza": ${csv.toJsonValue(riga, 4)},
  "idUnitaOperativa": ${csv.toJsonValue(riga, 5)},
  "causale": ${csv.toJsonValue(riga, 6)},
  "annoRiferimento": ${csv.toJsonValue(riga, 7)},
  "cartellaPagamento": ${csv.toJsonValue(riga, 8)},
<#if !csv.isEmpty(riga, 9)>
  "datiAllegati": ${riga.get(9)},
</#if>
  "direzione": ${csv.toJsonValue(riga, 10)},
  "divisione": ${csv.toJsonValue(riga, 11)},
  "importo": ${csv.toJsonValue(riga, 12)},
  "dataValidita": ${csv.toJsonValue(riga, 13)},
  "dataScadenza": ${csv.toJsonValue(riga, 14)},
  "tassonomiaAvviso": ${csv.toJsonValue(riga, 15)},
  "soggettoPagatore": {
    "tipo": ${csv.toJsonValue(riga, 16)},
    "identificativo": ${csv.toJsonValue(riga, 17)},
    "anagrafica": ${csv.toJsonValue(riga, 18)},
    "indirizzo": ${csv.toJsonValue(riga, 19)},
    "civico": ${csv.toJsonValue(riga, 20)},
    "cap": ${csv.toJsonValue(riga, 21)},
    "localita": ${csv.toJsonValue(riga, 22)},
    "provincia": ${csv.toJsonValue(riga, 23)},
    "nazione": ${csv.toJsonValue(riga, 24)},
    "email": ${csv.toJsonValue(riga, 25)},
    "cellulare": ${csv.toJsonValue(riga, 26)}
  },
<#if !csv.isEmpty(riga, 83)>
  "documento": {
    "identificativo": ${csv.toJsonValue(riga, 83)},
<#if !csv.isEmpty(riga, 85)>
<#assign rata = riga.get(85).trim() />
<#if rata?matches("[0-9]+")>
    "rata": ${rata},
<#elseif rata?matches("(ENTRO|OLTRE)[0-9]+")>
    "soglia": { "tipo": "${rata[0..4]}", "giorni": ${rata[5..]} },
<#else>
    "soglia": { "tipo": ${csv.toJsonValue(riga, 85)} },
</#if>
</#if>
    "descrizione": <#if csv.isEmpty(riga, 84)>${csv.toJsonValue(riga, 6)}<#else>${csv.toJsonValue(riga, 84)}</#if>
  },
</#if>
<#if !csv.isEmpty(riga, 86)>
<#assign lingua = class["org.apache.commons.csv.CSVFormat"].newFormat('|') />
<#assign lingue = class["it.govpay.core.utils.CSVUtils"].getInstance(lingua) />
<#assign seconda = lingue.getCSVRecord(riga.get(86).trim()) />
  "proprieta": {
    "linguaSecondaria": ${lingue.toJsonValue(seconda, 0)},
    "linguaSecondariaCausale": ${lingue.toJsonValue(seconda, 1)}
  },
</#if>
<#assign separatore = "" />
  "voci": [
<#list [27, 38, 49, 60, 71] as v>
<#if !csv.isEmpty(riga, v)>
    ${separatore}{
      "idVocePendenza": ${csv.toJsonValue(riga, v)},
      "importo": ${csv.toJsonValue(riga, v + 1)},
<#if !csv.isEmpty(riga, v + 7)>
      "codEntrata": ${csv.toJsonValue(riga, v + 7)},
<#elseif !csv.isEmpty(riga, v + 8)>
      "tipoBollo": ${csv.toJsonValue(riga, v + 8)},
      "hashDocumento": ${csv.toJsonValue(riga, v + 9)},
      "provinciaResidenza": ${csv.toJsonValue(riga, v + 10)},
<#else>
      "ibanAccredito": ${csv.toJsonValue(riga, v + 3)},
      "ibanAppoggio": ${csv.toJsonValue(riga, v + 4)},
      "tipoContabilita": ${csv.toJsonValue(riga, v + 5)},
      "codiceContabilita": ${csv.toJsonValue(riga, v + 6)},
</#if>
      "descrizione": ${csv.toJsonValue(riga, v + 2)}
    }
<#assign separatore = "," />
</#if>
</#list>
  ]
}
</#if>
