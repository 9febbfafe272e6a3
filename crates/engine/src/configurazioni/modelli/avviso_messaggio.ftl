Gentile ${versamento.getAnagraficaDebitore().getRagioneSociale()},

${dominio.getRagioneSociale()} ha emesso a suo nome una richiesta di pagamento: ${versamento.getCausaleVersamento().getSimple()}

<#if versamento.getNumeroAvviso()?has_content>
Puo' pagarla con l'app IO, o con l'avviso allegato presso uno qualsiasi dei prestatori di servizi di pagamento che aderiscono a pagoPA.
<#else>
Puo' pagarla on-line, sul portale di ${dominio.getRagioneSociale()}.
</#if>

Distinti saluti.
