#include "agent/client/inspection.h"

namespace evidenced {

const std::vector<Inspector>& Inspectors() {
  static const auto* const kAll = new std::vector<Inspector>{
      {"TPMS_ATTEST", InspectAttest},
      {"CCEL table of ACPI", InspectCcelTable},
      {"Azure HCL report", InspectHclReport},
      {"manifest", InspectManifest},
      {"transcript", InspectTranscript},
      {"SNP report", InspectSnpReport},
      {"SNP certificate table", InspectSnpTable},
      {"SNP report with certificate table", InspectSnpExtendedReport},
      {"TD quote", InspectTdxQuote},
      {"TDREPORT", InspectTdReport},
      {"TCB info of Intel", InspectTcbInfo},
      {"QE identity of Intel", InspectQeIdentity},
      // Before what it may hold as text.
      {"saved evidence", InspectEvidence},
      {"X.509 certificates", InspectCertificates},
      {"X.509 revocation list", InspectCrl},
      {"public key", InspectPublicKey},
      {"JSON Web Key Set with HCLAkPub", InspectAkJwk},
      {"PCR values, JSON", InspectPcrValues},
      {"PCR dump of tpm2-tools", InspectPcrDump},
      {"TPMT_PUBLIC or TPM2B_PUBLIC", InspectPublicArea},
      {"TPM2B_ATTEST with TPMT_SIGNATURE", InspectStatement},
      {"TPMT_SIGNATURE", InspectSignature},
      {LogKind(LogFileForm::kCcel), InspectCcLog},
      {LogKind(LogFileForm::kTcg2), InspectTcgLog},
      {LogKind(LogFileForm::kIma), InspectImaLog},
      {LogKind(LogFileForm::kImaAscii), InspectImaAscii}};
  return *kAll;
}

absl::string_view LogKind(LogFileForm form) {
  switch (form) {
    case LogFileForm::kCcel:
      return "CC event log";
    case LogFileForm::kIma:
      return "IMA list";
    case LogFileForm::kImaAscii:
      return "IMA list, ASCII";
    case LogFileForm::kTcg1:
    case LogFileForm::kTcg2:
      break;
  }
  return "TCG event log";
}

}  // namespace evidenced
