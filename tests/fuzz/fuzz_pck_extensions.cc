// What is read of the extension of a PCK certificate is written again as one of
// the same values; where the first was written as Intel does, as the same
// bytes. Nothing that is cut off or longer is read.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "quote/tdx/pck_extensions.h"
#include "tests/fuzz/properties.h"
#include "tests/support/tdx_quoter/pck_extension.h"

namespace {

using evidenced::Bytes;
using evidenced::ByteView;
using evidenced::PckExtensions;
using evidenced::Require;

Bytes Again(const PckExtensions& found) {
  tdx_quoter::Platform platform;
  platform.ppid = found.ppid;
  platform.tcb = found.tcb_comp_svn;
  platform.pce_svn = found.pce_svn;
  platform.cpu_svn = found.cpu_svn;
  platform.pce_id = found.pce_id;
  platform.fmspc = found.fmspc;
  platform.sgx_type = std::min<uint8_t>(found.sgx_type, 0x7f);
  platform.instance_id = found.platform_instance_id;
  std::vector<Bytes> pairs = tdx_quoter::PckPairs(platform);
  pairs.pop_back();  // the configuration
  if (found.platform_instance_id.empty()) pairs.pop_back();
  return tdx_quoter::PckExtension(pairs);
}

bool Same(const PckExtensions& a, const PckExtensions& b) {
  return a.ppid == b.ppid && a.tcb_comp_svn == b.tcb_comp_svn &&
         a.pce_svn == b.pce_svn && a.cpu_svn == b.cpu_svn &&
         a.pce_id == b.pce_id && a.fmspc == b.fmspc &&
         a.platform_instance_id == b.platform_instance_id;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const ByteView der(data, size);
  const auto found = evidenced::ParsePckExtensions(der);
  if (!found.ok()) return 0;
  const Bytes again = Again(*found);
  const auto once_more = evidenced::ParsePckExtensions(again);
  Require(once_more.ok() && Same(*found, *once_more));
  // No shorter form of the same values is there.
  Require(again.size() <= der.size());
  Require(!evidenced::ParsePckExtensions(der.first(size - 1)).ok());
  Bytes longer = evidenced::ToBytes(der);
  longer.push_back(0);
  Require(!evidenced::ParsePckExtensions(longer).ok());
  return 0;
}
