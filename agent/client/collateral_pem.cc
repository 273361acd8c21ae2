#include "agent/client/collateral_pem.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "quote/base/bytes.h"
#include "quote/base/error_class.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

absl::Status Malformed(const std::string& message) {
  return Classified(ErrorClass::kMalformed,
                    absl::InvalidArgumentError(message));
}

}  // namespace

absl::Status CheckPlainPem(absl::string_view pem) {
  const bool plain = std::all_of(pem.begin(), pem.end(), [](char c) {
    return absl::ascii_isprint(static_cast<unsigned char>(c)) ||
           absl::StrContains("\r\n\t", c);
  });
  if (plain) return absl::OkStatus();
  return Malformed(
      absl::StrCat("expected certificates as PEM, found ", Printable(pem, 40)));
}

absl::StatusOr<std::string> PemFromHeader(absl::string_view header) {
  if (header.empty()) {
    return Malformed("expected an issuer chain with the answer, found none");
  }
  std::string pem;
  while (!header.empty()) {
    const size_t percent = std::min(header.find('%'), header.size());
    absl::StrAppend(&pem, header.substr(0, percent));
    header.remove_prefix(percent);
    if (header.empty()) break;
    const absl::StatusOr<Bytes> byte = FromHex(header.substr(1, 2));
    if (!byte.ok() || byte->size() != 1) {
      return Malformed(absl::StrCat(
          "expected two hexadecimal digits behind % in the issuer chain, "
          "found ",
          Printable(header.substr(1, 2))));
    }
    pem.push_back(static_cast<char>(byte->front()));
    header.remove_prefix(3);
  }
  RETURN_IF_ERROR(CheckPlainPem(pem));
  if (!absl::EndsWith(pem, "\n")) pem.push_back('\n');
  return pem;
}

}  // namespace evidenced
