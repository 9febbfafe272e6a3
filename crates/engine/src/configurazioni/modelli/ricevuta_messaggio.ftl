<#setting locale="it_IT" />
<#assign esito = rpt.getEsitoPagamento().getCodifica() />
<#if esito == 0>
<#assign concluso = "eseguito" />
<#elseif esito == 1>
<#assign concluso = "non eseguito" />
<#elseif esito == 2>
<#assign concluso = "eseguito parzialmente" />
<#else>
<#assign concluso = "decorrenza dei termini" />
</#if>
Il pagamento di "${versamento.getCausaleVersamento().getSimple()}", richiesto il ${rpt.getDataMsgRichiesta()?string("yyyy-MM-dd HH:mm:ss")}, si e' concluso con esito: ${concluso}.

Ente creditore: ${dominio.getRagioneSociale()} (${rpt.getCodDominio()})
Istituto attestante: ${rpt.getDenominazioneAttestante()!"-"} (${rpt.getIdentificativoAttestante()!"-"})
Identificativo univoco di versamento (IUV): ${rpt.getIuv()}
Codice contesto di pagamento (CCP): ${rpt.getCcp()}
Importo pagato: ${rpt.getImportoTotalePagato()?string("0.00")} euro

Distinti saluti.
