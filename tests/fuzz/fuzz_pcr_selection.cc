// A PCR selection that is accepted as text is one for a quote, and is written
// again as text that says the same.
#include <cstddef>
#include <cstdint>
#include <string>

#include "agent/client/pcr_selection.h"
#include "quote/base/bytes.h"
#include "tests/fuzz/properties.h"

namespace {

using evidenced::ParsePcrSelection;
using evidenced::PcrSelections;
using evidenced::Require;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text = evidenced::ToString(evidenced::ByteView(data, size));
  const auto parsed = ParsePcrSelection(text);
  if (!parsed.ok()) {
    Require(evidenced::IsPrintable(parsed.status().message()));
    return 0;
  }
  const PcrSelections selections(parsed->begin(), parsed->end());
  const auto banks = evidenced::SelectionFromProto(selections);
  Require(banks.ok() && banks->size() == parsed->size());
  const auto again = ParsePcrSelection(evidenced::SelectionText(selections));
  Require(again.ok());
  const PcrSelections same(again->begin(), again->end());
  const auto same_banks = evidenced::SelectionFromProto(same);
  Require(same_banks.ok() && *same_banks == *banks);
  return 0;
}
