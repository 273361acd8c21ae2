#include "agent/client/collateral_subject.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "agent/client/files.h"
#include "agent/client/saved_evidence.h"
#include "quote/base/status_macros.h"
#include "quote/snp/report_checks.h"
#include "quote/tdx/intel_pki.h"
#include "quote/tdx/pck_chain.h"
#include "quote/tdx/quote.h"

namespace evidenced {
namespace {

constexpr size_t kFmspcSize = 6;

absl::StatusOr<SnpProduct> ProductOf(const SnpReport& report,
                                     const std::string& named) {
  std::optional<SnpProduct> product;
  if (report.cpuid.has_value()) product = SnpProductFromCpuid(*report.cpuid);
  if (named.empty()) {
    if (product.has_value()) return *product;
    return absl::InvalidArgumentError(absl::StrCat(
        "expected --product milan, genoa or turin: reports of version ",
        report.version, " do not say it"));
  }
  for (const SnpProduct known :
       {SnpProduct::kMilan, SnpProduct::kGenoa, SnpProduct::kTurin}) {
    if (named != SnpProductName(known)) continue;
    if (product.value_or(known) == known) return known;
    return absl::InvalidArgumentError(
        absl::StrCat("--product: expected ", SnpProductName(*product),
                     ", as the report says, found ", named));
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "--product: expected milan, genoa or turin, found ", Printable(named)));
}

// Options that say something of another kind of machine, and would change
// nothing.
absl::Status CheckForSnp(const SubjectArguments& arguments) {
  constexpr absl::string_view kFound =
      ": expected a TD quote that it is of, found an SNP report";
  if (!arguments.fmspc.empty()) {
    return absl::InvalidArgumentError(absl::StrCat("--fmspc", kFound));
  }
  if (!arguments.pck_ca.empty()) {
    return absl::InvalidArgumentError(absl::StrCat("--pck-ca", kFound));
  }
  return absl::OkStatus();
}

absl::Status CheckForTdx(const SubjectArguments& arguments) {
  if (arguments.product.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "--product: expected an SNP report that it is of, found a TD quote or "
      "its FMSPC");
}

absl::StatusOr<SnpSubject> SnpSubjectOf(ByteView bytes,
                                        const SubjectArguments& arguments) {
  ASSIGN_OR_RETURN(SnpReport report, ParseSnpReport(bytes));
  RETURN_IF_ERROR(CheckSnpVersion(report));
  RETURN_IF_ERROR(CheckSnpSigningKey(report));
  RETURN_IF_ERROR(CheckSnpProduct(report));
  RETURN_IF_ERROR(CheckForSnp(arguments));
  SnpSubject subject;
  ASSIGN_OR_RETURN(subject.product, ProductOf(report, arguments.product));
  subject.kind = report.signing_key() == kSnpSignedByVlek ? SnpKeyKind::kVlek
                                                          : SnpKeyKind::kVcek;
  const bool no_chip = std::all_of(report.chip_id.begin(), report.chip_id.end(),
                                   [](uint8_t byte) { return byte == 0; });
  if (subject.kind == SnpKeyKind::kVcek && no_chip) {
    return absl::FailedPreconditionError(
        "expected the chip's ID in the report, by which AMD finds its VCEK, "
        "found zeros: the host masks it");
  }
  subject.report = std::move(report);
  return subject;
}

absl::StatusOr<PckCa> PckCaNamed(absl::string_view name) {
  for (const PckCa ca : {PckCa::kPlatform, PckCa::kProcessor}) {
    if (name == PckCaName(ca)) return ca;
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "--pck-ca: expected platform or processor, found ", Printable(name)));
}

absl::Status Differs(absl::string_view option, absl::string_view expected,
                     absl::string_view found) {
  return absl::InvalidArgumentError(
      absl::StrCat(option, ": expected ", expected,
                   ", as the PCK certificate says, found ", Printable(found)));
}

// By the name of who issued it; nullopt: neither.
std::optional<PckCa> IssuerOf(const Certificate& pck) {
  const std::vector<std::string> names = absl::StrSplit(pck.issuer(), ',');
  const auto is_by = [&names](absl::string_view ca) {
    return std::find(names.begin(), names.end(), absl::StrCat("CN=", ca)) !=
           names.end();
  };
  if (is_by(kPckProcessorCa)) return PckCa::kProcessor;
  if (is_by(kPckPlatformCa)) return PckCa::kPlatform;
  return std::nullopt;
}

// From the certificates in the quote, of which that of the PCK may be alone.
absl::Status ReadPck(const TdxQuote& quote, TdxSubject& subject) {
  ASSIGN_OR_RETURN(const std::vector<Certificate> chain, PckChainOf(quote));
  ASSIGN_OR_RETURN(const Certificate pck, FindSigningPck(quote, chain));
  ASSIGN_OR_RETURN(subject.pck, ParsePckCertificate(pck));
  subject.fmspc = subject.pck->extensions.fmspc;
  if (chain.size() == 1) return absl::OkStatus();
  ASSIGN_OR_RETURN(const PckChain found, FindPckChain(pck, chain));
  return CheckPckIntermediate(found);
}

absl::Status AddFmspc(const std::string& named, TdxSubject& subject) {
  if (!named.empty()) {
    absl::StatusOr<Bytes> fmspc = FromHex(named);
    RETURN_IF_ERROR(Within("--fmspc", fmspc.status()));
    if (fmspc->size() != kFmspcSize) {
      return absl::InvalidArgumentError(absl::StrCat(
          "--fmspc: expected ", kFmspcSize, " bytes, found ", fmspc->size()));
    }
    if (subject.pck.has_value() && *fmspc != subject.fmspc) {
      return Differs("--fmspc", Hex(subject.fmspc), named);
    }
    subject.fmspc = *std::move(fmspc);
  }
  if (!subject.fmspc.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "expected --fmspc: the quote has no PCK certificate that says it");
}

absl::Status AddPckCa(const std::string& named, TdxSubject& subject) {
  std::optional<PckCa> said;
  if (subject.pck.has_value()) said = IssuerOf(subject.pck->certificate);
  if (said.has_value()) subject.ca = *said;
  if (!named.empty()) {
    ASSIGN_OR_RETURN(subject.ca, PckCaNamed(named));
    if (subject.ca == said.value_or(subject.ca)) return absl::OkStatus();
    return Differs("--pck-ca", PckCaName(*said), named);
  }
  if (said.has_value() || !subject.pck.has_value()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("expected --pck-ca platform or processor, or a PCK "
                   "certificate that one of them issued, found one of ",
                   Printable(subject.pck->certificate.issuer())));
}

absl::Status AddOptions(const SubjectArguments& arguments,
                        TdxSubject& subject) {
  RETURN_IF_ERROR(CheckForTdx(arguments));
  RETURN_IF_ERROR(AddFmspc(arguments.fmspc, subject));
  return AddPckCa(arguments.pck_ca, subject);
}

absl::StatusOr<TdxSubject> TdxSubjectOf(ByteView bytes,
                                        const SubjectArguments& arguments) {
  ASSIGN_OR_RETURN(const TdxQuote quote, ParseTdxQuote(bytes));
  TdxSubject subject;
  subject.has_quote = true;
  if (quote.pck_type == kPckChainType && !quote.pck_data.empty()) {
    RETURN_IF_ERROR(ReadPck(quote, subject));
  }
  RETURN_IF_ERROR(AddOptions(arguments, subject));
  return subject;
}

template <typename Subject>
absl::StatusOr<CollateralSubject> In(const std::string& path,
                                     absl::StatusOr<Subject> subject) {
  RETURN_IF_ERROR(Within(path, subject.status()));
  return *std::move(subject);
}

absl::StatusOr<CollateralSubject> SubjectOfEvidence(
    const SubjectArguments& arguments) {
  const std::string& path = arguments.evidence;
  ASSIGN_OR_RETURN(const std::string file, ReadFile(path));
  const auto saved = ParseSavedEvidence(file);
  RETURN_IF_ERROR(Within(path, saved.status()));
  const v1::Evidence& evidence = saved->evidence();
  const ByteView statement = AsBytes(evidence.statement());
  if (evidence.signer() == "snp") {
    return In(path, SnpSubjectOf(statement, arguments));
  }
  if (evidence.signer() == "tdx") {
    return In(path, TdxSubjectOf(statement, arguments));
  }
  return absl::InvalidArgumentError(
      absl::StrCat(path,
                   ": expected evidence that an SNP report or a TD quote "
                   "signs, found ",
                   Printable(evidence.signer())));
}

}  // namespace

absl::StatusOr<CollateralSubject> LoadSubject(
    const SubjectArguments& arguments) {
  const int files = static_cast<int>(!arguments.evidence.empty()) +
                    static_cast<int>(!arguments.quote.empty()) +
                    static_cast<int>(!arguments.report.empty());
  if (files > 1 || (files == 0 && arguments.fmspc.empty())) {
    return absl::InvalidArgumentError(absl::StrCat(
        "expected one of --evidence, --quote and --report, or --fmspc alone, "
        "found ",
        files, " of them"));
  }
  if (!arguments.evidence.empty()) return SubjectOfEvidence(arguments);
  if (!arguments.report.empty()) {
    ASSIGN_OR_RETURN(const std::string file, ReadFile(arguments.report));
    return In(arguments.report, SnpSubjectOf(AsBytes(file), arguments));
  }
  if (!arguments.quote.empty()) {
    ASSIGN_OR_RETURN(const std::string file, ReadFile(arguments.quote));
    return In(arguments.quote, TdxSubjectOf(AsBytes(file), arguments));
  }
  TdxSubject subject;
  RETURN_IF_ERROR(AddOptions(arguments, subject));
  return subject;
}

}  // namespace evidenced
