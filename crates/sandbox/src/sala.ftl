<#-- What was entered, checked by sala-schema.json, becomes a pendenza. -->
<#setting number_format="computer">
<#assign dati = class["it.govpay.core.utils.rawutils.JSONUtils"].getInstance().getAsNode(jsonPath.read("$")) />
<#assign sala = dati.get("sala").asText() ore = dati.get("ore").asInt() />
<#if sala == "PALESTRA" && ore gt 4>
<#stop "La palestra si puo' avere al piu' per 4 ore al giorno">
</#if>
<#assign tariffa = 25 />
<#if sala == "CONSILIARE"><#assign tariffa = 40 /></#if>
{
  "idA2A": "GESTIONALE",
  "idPendenza": "SALA-${new("java.util.Date")?string("yyyyDDDHHmmssSSS")}",
  "idDominio": "${idDominio}",
  "idTipoPendenza": "${idTipoVersamento}",
  "causale": "Uso della sala ${sala}, ${dati.get("giorno").asText()}, ore ${ore}",
  "soggettoPagatore": {
    "tipo": "F",
    "identificativo": "${dati.get("codiceFiscale").asText()}",
    <#if dati.get("email")??>"email": "${dati.get("email").asText()}",</#if>
    "anagrafica": "${dati.get("nome").asText()}"
  },
  "importo": ${tariffa * ore},
  "voci": [{
    "idVocePendenza": "1",
    "importo": ${tariffa * ore},
    "descrizione": "Uso di una sala comunale",
    "codEntrata": "SALA"
  }]
}
