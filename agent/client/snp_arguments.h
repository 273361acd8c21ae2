#ifndef AGENT_CLIENT_SNP_ARGUMENTS_H_
#define AGENT_CLIENT_SNP_ARGUMENTS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"

#include "agent/client/raw_options.h"
#include "agent/client/snp_trust.h"
#include "evidence/raw/snp_keys.h"
#include "quote/base/bytes.h"

namespace evidenced {

// Where an artefact is in its file; without an offset it is all of the file.
struct PlaceArgument {
  std::string file;
  std::optional<size_t> offset;
};

// What the commands for SEV-SNP take.
struct VerifySnpArguments {
  RawArguments raw;
  PlaceArgument report;
  PlaceArgument table;
  SnpTrustArguments keys;
  std::vector<std::string> files;  // of CAs too, without an option
  std::string collateral;          // a bundle's directory, for `keys`
  std::optional<std::string> report_data;
};

// The files as they are read; the input has views into them.
struct SnpMaterial {
  RawMaterial raw;
  std::optional<std::string> report;
  std::optional<std::string> table;
  std::optional<std::string> ek;
  std::vector<std::string> ca;
  std::optional<std::string> crl;
  std::optional<Bytes> report_data;
  RawSnpTrust trust;

  RawSnpFiles Files() const;
};

// The options of each, of raw artefacts. A place's file is the option `name`.
void AddSnpPlace(CLI::App& app, const std::string& name, PlaceArgument& place,
                 const std::string& help);
void AddSnpKeyOptions(CLI::App& app, VerifySnpArguments& arguments);

// As LoadRawMaterial(), OpenCollateralBundle() and ReadFile(). INVALID_ARGUMENT
// also: digits that are none, or no SHA-256.
absl::StatusOr<SnpMaterial> LoadSnpMaterial(
    const VerifySnpArguments& arguments);
// The same, of which `raw` was loaded already: an artefact may have other
// checks that can be left out.
absl::StatusOr<SnpMaterial> LoadSnpMaterial(const VerifySnpArguments& arguments,
                                            RawMaterial raw);

// The artefact at its place, to the end of its file; a report at an offset has
// its own size, whatever follows.
ByteView PlaceIn(const PlaceArgument& place, const std::string& file);
ByteView ReportIn(const PlaceArgument& place, const std::string& file);

}  // namespace evidenced

#endif  // AGENT_CLIENT_SNP_ARGUMENTS_H_
