// What firmware measures: TCG PC Client Platform Firmware Profile 1.05, in the
// registers that UEFI 2.10, section 38.4.1 gives them.
#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/tdx_quoter/blob.h"
#include "tests/support/tee_emulator/ccel_log.h"

namespace tee_emulator {
namespace {

using tdx_quoter::Join;
using tdx_quoter::Le;
using tdx_quoter::Sha384;

constexpr uint32_t kEvSeparator = 0x04;
constexpr uint32_t kEvEventTag = 0x06;
constexpr uint32_t kEvPlatformConfigFlags = 0x0a;
constexpr uint32_t kEvVariableDriverConfig = 0x80000001;
constexpr uint32_t kEvVariableBoot = 0x80000002;
constexpr uint32_t kEvBootServicesApplication = 0x80000003;
constexpr uint32_t kEvAction = 0x80000007;
constexpr uint32_t kEvFirmwareBlob2 = 0x8000000a;
constexpr uint32_t kEvHandoffTables2 = 0x8000000b;

// EFI_GLOBAL_VARIABLE, EFI_IMAGE_SECURITY_DATABASE_GUID, EFI_CERT_X509_GUID and
// the GUID of OVMF's hand-off table, as they stand in memory.
const Blob& Global() {
  static const Blob guid = {0x61, 0xdf, 0xe4, 0x8b, 0xca, 0x93, 0xd2, 0x11,
                            0xaa, 0x0d, 0x00, 0xe0, 0x98, 0x03, 0x2b, 0x8c};
  return guid;
}
const Blob& SecurityDatabase() {
  static const Blob guid = {0xcb, 0xb2, 0x19, 0xd7, 0x3a, 0x3d, 0x96, 0x45,
                            0xa3, 0xbc, 0xda, 0xd0, 0x0e, 0x67, 0x65, 0x6f};
  return guid;
}
const Blob& CertX509() {
  static const Blob guid = {0xa1, 0x59, 0xc0, 0xa5, 0xe4, 0x94, 0xa7, 0x4a,
                            0x87, 0xb5, 0xab, 0x15, 0x5c, 0x2b, 0xf0, 0x72};
  return guid;
}
const Blob& HandOff() {
  static const Blob guid = {0xaf, 0x96, 0xbb, 0x93, 0xf2, 0xb9, 0xb8, 0x4e,
                            0x94, 0x62, 0xe0, 0xba, 0x74, 0x56, 0x42, 0x36};
  return guid;
}

Blob Bytes(const std::string& text) { return {text.begin(), text.end()}; }

// UTF-16 of ASCII.
Blob Wide(const std::string& text) {
  Blob out;
  for (const char c : text) {
    out.push_back(static_cast<uint8_t>(c));
    out.push_back(0);
  }
  return out;
}

// Text behind its length in one byte, with a zero at its end.
Blob Described(const std::string& text) {
  return Join({{static_cast<uint8_t>(text.size() + 1)}, Bytes(text), {0}});
}

// The digest of something that the event's data only describe.
Blob Contents(const std::string& what) {
  return Sha384(Bytes("emulated contents of " + what));
}

CcEvent Measured(size_t rtmr, uint32_t type, Blob data) {
  Blob digest = Sha384(data);
  return {.rtmr = rtmr,
          .type = type,
          .digest = std::move(digest),
          .data = std::move(data)};
}

// UEFI_VARIABLE_DATA
Blob VariableData(const Blob& guid, const std::string& name,
                  const Blob& value) {
  return Join(
      {guid, Le(name.size(), 8), Le(value.size(), 8), Wide(name), value});
}

CcEvent Config(const Blob& guid, const std::string& name, const Blob& value) {
  return Measured(0, kEvVariableDriverConfig, VariableData(guid, name, value));
}

// Of these the value alone is measured.
CcEvent BootVariable(const std::string& name, const Blob& value) {
  return {.rtmr = 0,
          .type = kEvVariableBoot,
          .digest = Sha384(value),
          .data = VariableData(Global(), name, value)};
}

CcEvent Action(const std::string& text) {
  return Measured(1, kEvAction, Bytes(text));
}

// EFI_SIGNATURE_LIST with one certificate.
Blob CertificateList(const Blob& certificate) {
  const size_t size = 16 + certificate.size();
  return Join({CertX509(), Le(28 + size, 4), Le(0, 4), Le(size, 4), Global(),
               certificate});
}

// EFI_LOAD_OPTION, active, with an empty device path.
Blob LoadOption(const std::string& description) {
  return Join(
      {Le(1, 4), Le(4, 2), Wide(description), {0, 0}, {0x7f, 0xff, 4, 0}});
}

// UEFI_IMAGE_LOAD_EVENT; what is measured is the image.
CcEvent Application(const std::string& name) {
  const Blob path = {0x7f, 0xff, 4, 0};
  return {.rtmr = 1,
          .type = kEvBootServicesApplication,
          .digest = Contents(name),
          .data = Join({Le(0x7d000000, 8), Le(0xa00000, 8), Le(0, 8),
                        Le(path.size(), 8), path})};
}

// TCG_PCClientTaggedEvent of Linux's EFI stub; what is measured is `contents`.
CcEvent Tagged(uint32_t id, const std::string& text, const Blob& contents) {
  const Blob data = Join({Bytes(text), {0}});
  return {.rtmr = 2,
          .type = kEvEventTag,
          .digest = Sha384(contents),
          .data = Join({Le(id, 4), Le(data.size(), 4), data})};
}

void AddFirmware(std::vector<CcEvent>& out) {
  out.push_back({.rtmr = 0,
                 .type = kEvHandoffTables2,
                 .digest = Contents("the TD's hand-off block"),
                 .data = Join({Described("TdxTable"), Le(1, 8), HandOff(),
                               Le(0x809000, 8)})});
  out.push_back({.rtmr = 0,
                 .type = kEvFirmwareBlob2,
                 .digest = Contents("the configuration volume"),
                 .data = Join({Described("Fv(CFV)"), Le(0xffc00000, 8),
                               Le(0x84000, 8)})});
}

void AddSecureBoot(std::vector<CcEvent>& out, const Blob& owner) {
  const Blob list = CertificateList(owner);
  out.push_back(Config(Global(), "SecureBoot", {1}));
  out.push_back(Config(Global(), "PK", list));
  out.push_back(Config(Global(), "KEK", list));
  out.push_back(Config(SecurityDatabase(), "db", list));
  out.push_back(Config(SecurityDatabase(), "dbx", {}));
  out.push_back(Measured(0, kEvSeparator, Le(0, 4)));
}

void AddSettings(std::vector<CcEvent>& out) {
  for (const char* table : {"the ACPI tables", "the ACPI tables' addresses",
                            "the ACPI loader's script"}) {
    out.push_back({.rtmr = 0,
                   .type = kEvPlatformConfigFlags,
                   .digest = Contents(table),
                   .data = Bytes("ACPI DATA")});
  }
  out.push_back(BootVariable("BootOrder", {0, 0}));
  out.push_back(BootVariable("Boot0000", LoadOption("Emulated disk")));
}

void AddLoader(std::vector<CcEvent>& out) {
  const std::string options = "root=/dev/vda1 ro console=hvc0";
  out.push_back(Action("Calling EFI Application from Boot Option"));
  out.push_back(Measured(0, kEvSeparator, Le(0, 4)));
  out.push_back(Application("the kernel"));
  out.push_back(Tagged(0x8f3b22ed, "LOADED_IMAGE::LoadOptions",
                       Join({Wide(options), {0, 0}})));
  out.push_back(Tagged(0x8f3b22ec, "Linux initrd", Bytes("emulated initrd")));
  out.push_back(Action("Exit Boot Services Invocation"));
  out.push_back(Action("Exit Boot Services Returned with Success"));
}

}  // namespace

std::vector<CcEvent> BootEvents(const Blob& owner) {
  std::vector<CcEvent> out;
  AddFirmware(out);
  AddSecureBoot(out, owner);
  AddSettings(out);
  AddLoader(out);
  out.push_back(TextEvent(3, "launcher of the workload"));
  return out;
}

}  // namespace tee_emulator
