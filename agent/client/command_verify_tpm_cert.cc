#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "agent/client/command_verify_raw.h"
#include "agent/client/files.h"
#include "agent/client/json_certificate.h"
#include "agent/client/raw_options.h"
#include "agent/client/render_certificate.h"
#include "agent/client/render_raw.h"
#include "agent/client/render_verdict.h"
#include "evidence/raw/tpm_certificate.h"
#include "quote/base/status_macros.h"
#include "quote/crypto/certificate_usage.h"
#include "quote/tpm/pinned_roots.h"

namespace evidenced {
namespace {

using Json = nlohmann::ordered_json;

struct VerifyTpmCertArguments {
  RawArguments raw;
  std::string cert;
  std::vector<std::string> cas;
};

// What only a certificate that parses has.
void AddLeaf(const RawTpmCertificate& judged, Json& json) {
  const Certificate& leaf = *judged.certificate;
  json["certificate"] = CertificateDetailsToJson(leaf);
  const std::vector<std::string> usages = KeyUsageNames(leaf);
  if (!usages.empty()) json["key_usage"] = usages;
  const std::vector<std::string> extended = ExtendedKeyUsageOids(leaf);
  if (!extended.empty()) json["extended_key_usage"] = extended;
  const CertificateExtension* gce = leaf.extension(kGceInstanceOid);
  if (gce != nullptr) json["gce_instance_extension_der"] = Hex(gce->value);
  if (judged.gce_instance.has_value()) {
    json["gce_instance"] = GceInstanceToJson(*judged.gce_instance);
  }
}

Json ToJson(const RawTpmCertificate& judged, const RawMaterial& raw) {
  Json json = {{"kind", "tpm-cert"}};
  AddLayout(judged.layout, json);
  AddRawVerdict(judged.verdict, json);
  AddScope(raw, judged.verdict, json);
  if (judged.certificate.has_value()) AddLeaf(judged, json);
  Json& cas = json["ca_certificates"] = Json::array();
  for (const Certificate& ca : judged.cas) {
    cas.push_back(CertificateDetailsToJson(ca));
  }
  if (judged.root.has_value()) {
    json["root_spki_sha256"] = Hex(judged.root->spki_sha256());
    json["root_pinned_as"] = nullptr;
    const absl::string_view name = PinnedTpmRoot(judged.root->spki_sha256());
    if (!name.empty()) json["root_pinned_as"] = std::string(name);
  }
  return json;
}

std::string Render(const RawTpmCertificate& judged, const RawMaterial& raw,
                   const Palette& palette) {
  std::string out;
  if (judged.certificate.has_value()) {
    Table table;
    AddCertificateDetails(*judged.certificate, table);
    absl::StrAppend(&out, Heading("Certificate", palette), table.Render());
  }
  if (judged.gce_instance.has_value()) {
    Table table;
    AddGceInstance(*judged.gce_instance, table);
    absl::StrAppend(&out, Heading("GCE instance, as its CA says", palette),
                    table.Render());
  }
  for (size_t i = 1; i < judged.chain.size(); ++i) {
    Table table;
    AddCertificateDetails(judged.chain[i], table);
    absl::StrAppend(&out, Heading("Issued by", palette), table.Render());
  }
  return RawPage(judged.verdict, raw, out, palette);
}

absl::StatusOr<int> RunVerifyTpmCert(const VerifyTpmCertArguments& arguments,
                                     const Output& output) {
  constexpr absl::string_view kSkippable[] = {kCertificateValidity};
  ASSIGN_OR_RETURN(const RawMaterial raw,
                   LoadRawMaterial(arguments.raw, kSkippable));
  ASSIGN_OR_RETURN(const std::string cert, ReadFile(arguments.cert));
  std::vector<std::string> cas;
  RawTpmCertificateInput input;
  input.cert = AsBytes(cert);
  for (const std::string& path : arguments.cas) {
    ASSIGN_OR_RETURN(std::string ca, ReadFile(path));
    cas.push_back(std::move(ca));
  }
  for (const std::string& ca : cas) input.cas.push_back(AsBytes(ca));
  if (!raw.Skips(kCertificateValidity)) input.at = raw.appraisal.at;
  input.policy = raw.policy();
  const RawTpmCertificate judged = JudgeTpmCertificate(input);
  output.Print([&] { return ToJson(judged, raw); },
               [&] { return Render(judged, raw, output.palette); });
  return ExitCode(judged.verdict);
}

}  // namespace

Command MakeVerifyTpmCertCommand(CLI::App& verify, Output& output) {
  auto arguments = std::make_shared<VerifyTpmCertArguments>();
  CLI::App* app = verify.add_subcommand(
      "tpm-cert", "judge a certificate for a key of a TPM (EK or AK)");
  AddRole(*app, "--cert", arguments->cert, "the certificate, PEM or DER");
  app->get_option("--cert")->required();
  app->add_option("--ca", arguments->cas,
                  "CA certificates, PEM or DER; those that are self-signed are "
                  "trusted; may be repeated")
      ->type_name("FILE")
      ->allow_extra_args(false);
  AddRawOptions(*app, arguments->raw, output);
  return {app, [arguments, &output] {
            return RunVerifyTpmCert(*arguments, output);
          }};
}

}  // namespace evidenced
