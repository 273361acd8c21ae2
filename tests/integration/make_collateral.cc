// Writes into a folder what test_collateral.py needs: an SNP report, a TD
// quote, and what AMD's and Intel's services answer about them, which are valid
// on 2026-01-01.
//
//   answers.json   URL -> {"headers": {...}, "body": Base64}
//   roots.json     the roots to trust, by the SHA-256 of their keys

#include <cstdio>
#include <string>

#include "absl/strings/escaping.h"
#include "nlohmann/json.hpp"

#include "tests/agent/client/collateral_service.h"
#include "tests/support/temp_dir.h"

namespace evidenced {
namespace {

using Json = nlohmann::json;

void AddAnswers(const ServiceAnswers& answers, Json& json) {
  for (const auto& [url, reply] : answers) {
    json[url] = {{"headers", reply.headers},
                 {"body", absl::Base64Escape(reply.body)}};
  }
}

void Write(const std::string& folder) {
  const auto file = [&folder](const char* name) { return folder + "/" + name; };
  const SnpMachine milan = MakeMilan();
  const SnpReportSpec vlek = VlekReportSpec();
  const TdxMachine& machine = SharedTdxMachine();
  tdx_quoter::QuoteSpec bare;
  bare.pck_type = 3;
  bare.pck_chain = Bytes(404, 0);
  WriteFile(file("report.bin"), milan.report);
  WriteFile(file("vlek_report.bin"),
            SnpReportBytes(vlek, milan.pki.IssueVlek().key));
  WriteFile(file("quote.bin"), QuoteByIntelQe(machine));
  WriteFile(file("bare_quote.bin"), machine.Quote(bare));

  Json answers;
  AddAnswers(SnpAnswers(milan, "https://kds"), answers);
  AddAnswers(VlekAnswers(milan, "https://kds"), answers);
  AddAnswers(TdxAnswers(machine.pki, "https://pcs", "https://pcs"), answers);
  WriteFile(file("answers.json"), AsBytes(answers.dump()));
  const Json roots = {
      {"ark", Hex(milan.pki.ark().certificate.spki_sha256())},
      {"intel", Hex(machine.pki.root().certificate.spki_sha256())}};
  WriteFile(file("roots.json"), AsBytes(roots.dump()));
}

}  // namespace
}  // namespace evidenced

int main(int argc, char** argv) {
  if (argc != 2) {
    static_cast<void>(std::fputs("usage: make_collateral FOLDER\n", stderr));
    return 2;
  }
  evidenced::Write(argv[1]);
  return 0;
}
