#include "tests/evidence/verify/log_builder.h"

#include <utility>

#include "evidence/log/uefi.h"
#include "quote/base/byte_writer.h"

namespace evidenced {
namespace {

constexpr uint32_t kImaPcr = 10;

void PutSized(ByteWriter& out, ByteView bytes) {
  out.Le(static_cast<uint32_t>(bytes.size())).Put(bytes);
}

void PutEvent(ByteWriter& out, const std::vector<HashAlgorithm>& banks,
              const BootEvent& event) {
  out.Le(event.pcr).Le(event.type);
  out.Le(static_cast<uint32_t>(banks.size()));
  for (const HashAlgorithm bank : banks) {
    out.Le(static_cast<uint16_t>(bank)).Put(Hash(bank, {event.data}));
  }
  PutSized(out, event.data);
}

void PutSpecId(ByteWriter& out, const std::vector<HashAlgorithm>& banks) {
  ByteWriter data;
  data.Put(AsBytes(absl::string_view("Spec ID Event03\0", 16)));
  data.Le(uint32_t{0}).Put(Bytes{0, 2, 0, 2});
  data.Le(static_cast<uint32_t>(banks.size()));
  for (const HashAlgorithm bank : banks) {
    data.Le(static_cast<uint16_t>(bank));
    data.Le(static_cast<uint16_t>(DigestSize(bank)));
  }
  data.Put(Bytes{0});
  out.Le(uint32_t{0}).Le(kEvNoAction).Put(Bytes(20, 0));
  PutSized(out, data.view());
}

}  // namespace

BootEvent SecureBootEvent(SecureBoot state) {
  ByteWriter data;
  data.Put(kEfiGlobalVariable);
  const std::string name = "SecureBoot";
  data.Le(uint64_t{name.size()}).Le(uint64_t{1});
  for (const char c : name) data.Le(static_cast<uint16_t>(c));
  data.Put(Bytes{static_cast<uint8_t>(state)});
  return {.pcr = 7,
          .type = kEvEfiVariableDriverConfig,
          .data = std::move(data).Take()};
}

std::vector<BootEvent> SmallBoot() {
  return {{.pcr = 0, .type = kEvSCrtmVersion, .data = {'v', 0, '1', 0, 0, 0}},
          SecureBootEvent(SecureBoot::kOn),
          {.pcr = 7, .type = kEvSeparator, .data = {0, 0, 0, 0}}};
}

std::vector<BootEvent> SmallCcel() {
  BootEvent secure_boot = SecureBootEvent(SecureBoot::kOn);
  secure_boot.pcr = 1;
  return {secure_boot,
          {.pcr = 1, .type = kEvSeparator, .data = {0, 0, 0, 0}},
          {.pcr = 2, .type = kEvAction, .data = {'l', 'o', 'a', 'd'}},
          {.pcr = 3, .type = kEvAction, .data = {'k', 'e', 'r', 'n'}}};
}

Bytes BootLog(const std::vector<HashAlgorithm>& banks,
              const std::vector<BootEvent>& events) {
  ByteWriter out;
  PutSpecId(out, banks);
  return std::move(out.Put(BootTail(banks, events))).Take();
}

Bytes BootTail(const std::vector<HashAlgorithm>& banks,
               const std::vector<BootEvent>& events) {
  ByteWriter out;
  for (const BootEvent& event : events) PutEvent(out, banks, event);
  return std::move(out).Take();
}

Bytes ImaLog(const std::vector<std::string>& paths) {
  ByteWriter out;
  for (const std::string& path : paths) {
    ByteWriter data;
    const Bytes file = Sha256(AsBytes(path));
    data.Le(static_cast<uint32_t>(8 + file.size()));
    data.Put(AsBytes(absl::string_view("sha256:\0", 8))).Put(file);
    data.Le(static_cast<uint32_t>(path.size() + 1));
    data.Put(AsBytes(path)).Put(Bytes{0});
    out.Le(kImaPcr).Put(Hash(HashAlgorithm::kSha1, {data.view()}));
    PutSized(out, AsBytes("ima-ng"));
    PutSized(out, data.view());
  }
  return std::move(out).Take();
}

}  // namespace evidenced
