#include "tests/support/tee_emulator/snp_device.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <mutex>
#include <utility>

#include "tests/support/tee_emulator/blob.h"
#include "tests/support/tee_emulator/snp_table.h"

namespace tee_emulator {
namespace {

constexpr size_t kResponseSize = 4000;
constexpr size_t kResponseHeader = 0x20;
constexpr uint32_t kPage = 4096;
constexpr uint32_t kTsmPages = 4;
constexpr uint32_t kInvalidParam = 0x16;
constexpr uint32_t kInvalidKey = 0x27;
constexpr uint32_t kLargestVmpl = 3;
constexpr uint64_t kTooFewPages = uint64_t{1} << 32;
// What the driver has before anything was sent.
constexpr uint64_t kNothingSent = 0xff;

uint32_t Le32(const Blob& bytes, size_t offset) {
  uint32_t value = 0;
  for (size_t i = 4; i > 0; --i) value = value << 8 | bytes.at(offset + i - 1);
  return value;
}

// What of a table the driver passes on through configfs-tsm.
Blob CutAsDriver(Blob table) {
  uint64_t end = 0;
  for (size_t at = 0; at + 24 <= table.size(); at += 24) {
    if (std::all_of(table.begin() + static_cast<int64_t>(at),
                    table.begin() + static_cast<int64_t>(at) + 24,
                    [](uint8_t byte) { return byte == 0; })) {
      break;
    }
    // The driver adds in 32 bits.
    end = std::max<uint64_t>(end, Le32(table, at + 16) + Le32(table, at + 20));
  }
  table.resize(std::min<uint64_t>(end, table.size()));
  return table;
}

}  // namespace

SnpDevice::SnpDevice(SnpGuest guest, SnpKeys keys, Control& control)
    : guest_(std::move(guest)),
      keys_(std::move(keys)),
      foreign_key_(MakeP384Key()),
      control_(control) {}

Blob SnpDevice::MakeResponse(const Request& request, const Faults& faults) {
  Blob out(kResponseSize, 0);
  uint32_t status = static_cast<uint32_t>(faults.status);
  if (request.vmpl < faults.floor || request.vmpl > kLargestVmpl) {
    status = kInvalidParam;
  }
  PutLe(out, 0, status);
  if (status != 0) return out;
  SnpReportRequest asked = {
      .data = request.data, .vmpl = request.vmpl, .policy = faults.policy};
  if (faults.report == "other_data") asked.data[0] ^= 1;
  Blob report = LayOutReport(guest_, asked);
  if (faults.report == "version_6") PutLe(report, 0, uint32_t{6});
  const CertifiedKey& endorsement =
      guest_.signing_key == SigningKey::kVcek ? keys_.vcek : keys_.vlek;
  SignReport(report,
             faults.report == "other_key" ? foreign_key_ : endorsement.key);
  if (faults.report == "zero") std::fill(report.begin(), report.end(), 0);
  if (faults.report == "short") report.resize(report.size() / 2);
  const auto size = static_cast<uint32_t>(report.size());
  PutLe(out, 4,
        faults.report == "size_too_large" ? uint32_t{0xfffffff0} : size);
  PutBytes(out, kResponseHeader, report);
  return out;
}

SnpDevice::Answer SnpDevice::Ask(const Request& request) {
  const std::lock_guard lock(command_);
  const Faults faults = control_.faults();
  Answer out;
  out.exitinfo2 = faults.exitinfo2;
  out.error = control_.Disturb(faults);
  if (out.error == ENOTTY) out.exitinfo2 = kNothingSent;
  if (out.error != 0) return out;
  if (request.table_pages != 0) {
    Blob table = MakeTable(keys_, guest_.signing_key, faults.table);
    table.resize(std::max<size_t>(table.size(), faults.table_size), 0);
    const size_t pages = (table.size() + kPage - 1) / kPage;
    if (pages > request.table_pages) {
      // The driver has sent a plain request behind our back, so that the
      // firmware's sequence numbers stay in step.
      return {.error = EIO,
              .exitinfo2 = kTooFewPages,
              .needed = static_cast<uint32_t>(pages * kPage),
              .response = {},
              .table = {}};
    }
    table.resize(size_t{request.table_pages} * kPage, 0);
    out.table = std::move(table);
  }
  out.response = MakeResponse(request, faults);
  return out;
}

TsmAnswer SnpDevice::MakeReport(const TsmRequest& request) {
  if (request.inblob.size() != 64) {
    return {.error = EINVAL, .outblob = {}, .auxblob = {}};
  }
  Answer answer = Ask({.data = request.inblob,
                       .vmpl = request.privlevel,
                       .table_pages = kTsmPages});
  TsmAnswer out;
  out.error = answer.error;
  if (out.error != 0) return out;
  const uint32_t status = Le32(answer.response, 0);
  const uint32_t size = Le32(answer.response, 4);
  if (status == kInvalidParam || status == kInvalidKey) {
    out.error = EINVAL;
  } else if (status != 0) {
    out.error = ENXIO;
  } else if (size > kPage - kResponseHeader) {
    out.error = ENOMEM;
  }
  if (out.error != 0) return out;
  answer.response.resize(kPage, 0);
  const auto begin = answer.response.begin() + kResponseHeader;
  out.outblob.assign(begin, begin + size);
  out.auxblob = CutAsDriver(std::move(answer.table));
  return out;
}

}  // namespace tee_emulator
