<#assign csv = class["it.govpay.core.utils.CSVUtils"].getInstance() />
<#if esitoOperazione == "ESEGUITO_OK">
<#assign debitore = versamento.getAnagraficaDebitore() />
<#assign avviso = versamento.getNumeroAvviso()!"" />
<#assign pdf = "" />
<#if tipoOperazione == "ADD">
<#if (documento.getCodDocumento())?has_content>
<#assign pdf = dominio.getCodDominio() + "_DOC_" + documento.getCodDocumento() + ".pdf" />
<#elseif avviso?has_content>
<#assign pdf = dominio.getCodDominio() + "_" + avviso + ".pdf" />
</#if>
</#if>
${csv.toCsv(applicazione.getCodApplicazione(), versamento.getCodVersamentoEnte(), dominio.getCodDominio(), idTipoVersamento!"", avviso, pdf, debitore.getTipo().toString(), debitore.getCodUnivoco(), debitore.getRagioneSociale(), debitore.getIndirizzo()!"", debitore.getCivico()!"", debitore.getCap()!"", debitore.getLocalita()!"", debitore.getProvincia()!"", debitore.getNazione()!"", debitore.getEmail()!"", debitore.getCellulare()!"", "")}
<#else>
${csv.toCsv("", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", descrizioneEsitoOperazione!"")}
</#if>
