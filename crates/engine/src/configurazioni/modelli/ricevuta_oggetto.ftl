<#assign esito = rpt.getEsitoPagamento().getCodifica() />
<#if esito == 0>
<#assign notifica = "Notifica pagamento eseguito: " />
<#elseif esito == 1>
<#assign notifica = "Notifica pagamento non eseguito: " />
<#elseif esito == 2>
<#assign notifica = "Notifica pagamento eseguito parzialmente: " />
<#else>
<#assign notifica = "Notifica decorrenza termini pagamento: " />
</#if>
${notifica}${rpt.getCodDominio()}/${rpt.getIuv()}/${rpt.getCcp()}
