#ifndef AGENT_CLIENT_RAW_TDX_ARGUMENTS_H_
#define AGENT_CLIENT_RAW_TDX_ARGUMENTS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "agent/client/raw_options.h"
#include "agent/client/tdx_arguments.h"
#include "evidence/raw/tdx_collateral.h"
#include "evidence/raw/tdx_quote.h"
#include "quote/base/bytes.h"

namespace evidenced {

// What the commands for raw TD quotes and their collateral take.
struct VerifyTdxArguments {
  RawArguments raw;
  TdxCollateralArguments collateral;
  std::string directory;  // see OpenCollateralBundle(), for `collateral`
  std::string quote;      // empty: there is none
  std::optional<std::string> report_data;
};

// The files as they are read; what is made of them has views into them.
struct TdxMaterial {
  RawMaterial raw;
  std::string quote;
  TdxCollateralFiles files;
  std::optional<Bytes> report_data;
  RawTdxTrust trust;

  RawTdxInput Input() const;
  RawTdxCollateralFiles Collateral() const;
  std::vector<ByteView> PckChain() const;
};

// As LoadRawMaterial(), OpenCollateralBundle(), LoadTdxCollateralFiles(),
// ReadFile(), ReadTdxRoots() and ReportDataFromOption().
absl::StatusOr<TdxMaterial> LoadTdxMaterial(
    const VerifyTdxArguments& arguments);

// The checks of TDX that --skip takes.
absl::StatusOr<RawMaterial> LoadTdxRawMaterial(const RawArguments& arguments);

}  // namespace evidenced

#endif  // AGENT_CLIENT_RAW_TDX_ARGUMENTS_H_
