#include "evidence/log/ccel_table.h"

#include <numeric>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"

#include "quote/base/byte_reader.h"
#include "quote/base/error_class.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

constexpr absl::string_view kSignature = "CCEL";
constexpr size_t kOemIdSize = 6;
// OEM table ID, OEM revision, creator's ID and revision: they say nothing.
constexpr size_t kOemRest = 20;
constexpr size_t kReserved = 2;

}  // namespace

absl::StatusOr<CcelTable> ParseCcelTable(ByteView bytes) {
  if (bytes.empty()) {
    return Classified(
        ErrorClass::kEmpty,
        absl::InvalidArgumentError("expected an ACPI table, found no byte"));
  }
  ByteReader in(bytes);
  CcelTable table;
  const ByteView signature = in.Take(kSignature.size());
  table.length = in.Le<uint32_t>();
  table.revision = in.U8();
  in.U8();  // the checksum
  table.oem_id = in.Take(kOemIdSize);
  in.Take(kOemRest);
  table.cc_type = in.U8();
  table.cc_subtype = in.U8();
  in.Take(kReserved);
  table.log_area_minimum_length = in.Le<uint64_t>();
  table.log_area_start_address = in.Le<uint64_t>();
  if (signature.size() == kSignature.size() &&
      !Equal(signature, AsBytes(kSignature))) {
    return absl::InvalidArgumentError(
        absl::StrFormat("expected an ACPI table with the signature CCEL, found "
                        "%s",
                        Printable(ToString(signature))));
  }
  RETURN_IF_ERROR(in.Check("CCEL table"));
  if (table.length < in.position()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("expected a CCEL table of at least %d bytes, found %d "
                        "as its length",
                        in.position(), table.length));
  }
  if (table.length != bytes.size()) {
    return Classified(
        table.length > bytes.size() ? ErrorClass::kTruncated
                                    : ErrorClass::kMalformed,
        absl::InvalidArgumentError(absl::StrFormat(
            "expected the %d bytes that the CCEL table tells, found %d",
            table.length, bytes.size())));
  }
  table.checksum_ok = std::accumulate(bytes.begin(), bytes.end(), uint8_t{0},
                                      [](uint8_t sum, uint8_t byte) {
                                        return static_cast<uint8_t>(sum + byte);
                                      }) == 0;
  return table;
}

}  // namespace evidenced
