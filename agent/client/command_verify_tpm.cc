#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "agent/client/ak_jwk.h"
#include "agent/client/command_verify_raw.h"
#include "agent/client/files.h"
#include "agent/client/pcrs_file.h"
#include "agent/client/raw_options.h"
#include "agent/client/raw_tpm.h"
#include "evidence/raw/tpm_quote.h"
#include "quote/base/status_macros.h"
#include "quote/crypto/key_text.h"

namespace evidenced {
namespace {

struct VerifyTpmArguments {
  RawArguments raw;
  std::string attest;
  std::string signature;
  bool bare_signature = false;
  std::string ak_pem;
  std::string ak_spki_der;
  std::string ak_tpmt;
  std::string ak_jwk_json;
  std::string pcrs;
  std::string pcr_blob;
  std::optional<std::string> nonce;
  std::string log;
};

absl::StatusOr<PublicKey> KeyFromPem(const std::string& pem) {
  ASSIGN_OR_RETURN(const Bytes spki, SpkiFromPem(pem));
  return PublicKey::FromSpki(spki);
}

// nullopt: no key was given.
absl::StatusOr<std::optional<GivenAk>> ReadAk(
    const VerifyTpmArguments& arguments) {
  if (!arguments.ak_tpmt.empty()) {
    ASSIGN_OR_RETURN(const std::string bytes, ReadFile(arguments.ak_tpmt));
    return AkFromTpm(AsBytes(bytes));
  }
  if (!arguments.ak_pem.empty()) {
    ASSIGN_OR_RETURN(const std::string pem, ReadFile(arguments.ak_pem));
    return GivenAk{.key = KeyFromPem(pem), .area = std::nullopt};
  }
  if (!arguments.ak_spki_der.empty()) {
    ASSIGN_OR_RETURN(const std::string der, ReadFile(arguments.ak_spki_der));
    return GivenAk{.key = PublicKey::FromSpki(AsBytes(der)),
                   .area = std::nullopt};
  }
  if (!arguments.ak_jwk_json.empty()) {
    ASSIGN_OR_RETURN(const std::string json, ReadFile(arguments.ak_jwk_json));
    return GivenAk{.key = ParseAkJwk(json), .area = std::nullopt};
  }
  return std::optional<GivenAk>();
}

// The files as they are read; the input has views into them.
struct Material {
  std::string attest;
  std::string signature;
  std::string pcr_blob;
  std::string log;
  std::vector<std::string> unknown_pcrs;
};

absl::Status ReadRegisters(const VerifyTpmArguments& arguments,
                           Material& material, RawTpmInput& input) {
  if (!arguments.pcrs.empty()) {
    ASSIGN_OR_RETURN(const std::string json, ReadFile(arguments.pcrs));
    input.pcrs = ParsePcrsFile(json, material.unknown_pcrs);
  }
  if (!arguments.pcr_blob.empty()) {
    ASSIGN_OR_RETURN(material.pcr_blob, ReadFile(arguments.pcr_blob));
    input.pcr_blob = AsBytes(material.pcr_blob);
  }
  if (!arguments.log.empty()) {
    ASSIGN_OR_RETURN(material.log, ReadFile(arguments.log));
    input.log = AsBytes(material.log);
  }
  return absl::OkStatus();
}

absl::StatusOr<RawTpmInput> ReadInput(const VerifyTpmArguments& arguments,
                                      Material& material) {
  RawTpmInput input;
  if (arguments.nonce.has_value()) {
    ASSIGN_OR_RETURN(input.nonce, NonceFromOption(*arguments.nonce));
  }
  ASSIGN_OR_RETURN(material.attest, ReadFile(arguments.attest));
  ASSIGN_OR_RETURN(material.signature, ReadFile(arguments.signature));
  input.attest = AsBytes(material.attest);
  input.signature = AsBytes(material.signature);
  if (arguments.bare_signature) input.form = SignatureForm::kBareRsassaSha256;
  ASSIGN_OR_RETURN(input.ak, ReadAk(arguments));
  RETURN_IF_ERROR(ReadRegisters(arguments, material, input));
  return input;
}

absl::StatusOr<int> RunVerifyTpm(const VerifyTpmArguments& arguments,
                                 const Output& output) {
  // There are no certificates here, so that check is left out for all.
  constexpr absl::string_view kSkippable[] = {kCertificateValidity};
  ASSIGN_OR_RETURN(const RawMaterial raw,
                   LoadRawMaterial(arguments.raw, kSkippable));
  Material material;
  ASSIGN_OR_RETURN(RawTpmInput input, ReadInput(arguments, material));
  input.policy = raw.policy();
  RawTpmQuote judged = JudgeTpmQuote(input);
  NoteSkipped(raw, judged.verdict);
  const RawTpmAnswer answer{.input = input,
                            .judged = judged,
                            .raw = raw,
                            .unknown_pcrs = material.unknown_pcrs};
  output.Print([&] { return RawTpmToJson(answer); },
               [&] { return RenderRawTpm(answer, output.palette); });
  return ExitCode(judged.verdict);
}

void AddKeyOptions(CLI::App& app, VerifyTpmArguments& arguments) {
  CLI::Option_group* keys = app.add_option_group(
      "Attestation key", "one of these; without any there is no verdict");
  keys->require_option(0, 1);
  AddRole(*keys, "--ak-pem", arguments.ak_pem, "public key, PEM");
  AddRole(*keys, "--ak-spki-der", arguments.ak_spki_der,
          "public key, DER SubjectPublicKeyInfo");
  AddRole(*keys, "--ak-tpmt", arguments.ak_tpmt,
          "TPMT_PUBLIC or TPM2B_PUBLIC, whose attributes are then checked");
  AddRole(*keys, "--ak-jwk-json", arguments.ak_jwk_json,
          "runtime data of an Azure HCL report: its key HCLAkPub");
}

}  // namespace

Command MakeVerifyTpmCommand(CLI::App& verify, Output& output) {
  auto arguments = std::make_shared<VerifyTpmArguments>();
  CLI::App* app =
      verify.add_subcommand("tpm", "judge a TPM quote that is given as files");
  AddRole(*app, "--attest", arguments->attest, "the TPMS_ATTEST");
  AddRole(*app, "--signature", arguments->signature, "the TPMT_SIGNATURE");
  app->get_option("--attest")->required();
  app->get_option("--signature")->required();
  app->add_flag("--signature-raw-rsassa-sha256", arguments->bare_signature,
                "the signature's file holds bare RSASSA bytes (SHA-256)");
  AddKeyOptions(*app, *arguments);
  AddRole(*app, "--pcrs", arguments->pcrs,
          "PCR values, JSON: bank -> index -> hex, or 24 SHA-256 values; those "
          "that the quote does not select are listed");
  AddRole(*app, "--pcr-blob", arguments->pcr_blob,
          "PCR values as `tpm2_quote -o` writes them");
  app->get_option("--pcr-blob")->excludes("--pcrs");
  app->add_option("--nonce", arguments->nonce,
                  "the extra data that was asked for; without it the quote may "
                  "be an old one, and the answer says so")
      ->type_name("HEX");
  AddRole(*app, "--log", arguments->log,
          "a boot log or an IMA list to replay against the quoted PCR values");
  AddRawOptions(*app, arguments->raw, output);
  return {app,
          [arguments, &output] { return RunVerifyTpm(*arguments, output); }};
}

}  // namespace evidenced
