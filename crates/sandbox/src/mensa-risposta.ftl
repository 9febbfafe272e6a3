<#if esitoOperazione == "ESEGUITO_OK">
${versamento.getCodVersamentoEnte()};${versamento.getNumeroAvviso()!""};caricata
<#else>
;;${descrizioneEsitoOperazione!""}
</#if>
