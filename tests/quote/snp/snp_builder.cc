#include "tests/quote/snp/snp_builder.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace evidenced {
namespace {

void Put(Bytes& bytes, size_t offset, ByteView value) {
  std::copy(value.begin(), value.end(),
            bytes.begin() + static_cast<std::ptrdiff_t>(offset));
}

// Little-endian in 72 bytes, of a big-endian number.
void PutNumber(Bytes& bytes, size_t offset, ByteView number) {
  Bytes wire(72, 0);
  std::copy(number.rbegin(), number.rend(), wire.begin());
  Put(bytes, offset, wire);
}

// Making RSA keys takes a while.
const TestKey& SharedRsaKey(size_t index) {
  static const auto* const kKeys = new std::array<TestKey, 3>{
      TestKey(KeyKind::kRsa2048), TestKey(KeyKind::kRsa2048),
      TestKey(KeyKind::kRsa2048)};
  return kKeys->at(index);
}

SnpKeySpec VcekSpec(absl::string_view product, uint64_t tcb,
                    const std::vector<std::string>& svn_arcs, Bytes hwid) {
  SnpKeySpec spec;
  spec.extensions["2"] = DerIa5String(product);
  for (const std::string& arc : svn_arcs) {
    spec.extensions[arc] = DerInteger(static_cast<uint8_t>(tcb & 0xff));
    tcb >>= 8;
  }
  spec.extensions["4"] = std::move(hwid);
  return spec;
}

}  // namespace

void PutLe(Bytes& bytes, size_t offset, uint64_t value, size_t size) {
  for (size_t i = 0; i < size; ++i) {
    bytes.at(offset + i) = static_cast<uint8_t>(value >> (8 * i) & 0xff);
  }
}

Bytes MilanChip() {
  Bytes chip(64);
  for (size_t i = 0; i < chip.size(); ++i) {
    chip[i] = static_cast<uint8_t>(0x40 + i);
  }
  return chip;
}

Bytes TurinChip() {
  Bytes chip = MilanChip();
  chip.resize(8);
  chip.resize(64);
  return chip;
}

SnpReportSpec TurinReportSpec() {
  SnpReportSpec spec;
  spec.version = 5;
  spec.tcb = kTurinTcb;
  spec.cpuid = {.family = 0x1a, .model = 0x02, .stepping = 0x01};
  spec.chip_id = TurinChip();
  spec.launch_mit_vector = 3;
  spec.current_mit_vector = 7;
  return spec;
}

SnpReportSpec VlekReportSpec() {
  SnpReportSpec spec;
  spec.key_info = 1U << 2;
  spec.chip_id = Bytes(64, 0);
  return spec;
}

Bytes UnsignedSnpReport(const SnpReportSpec& spec) {
  Bytes report(0x4A0, 0);
  PutLe(report, 0x000, spec.version, 4);
  PutLe(report, 0x004, 0x11, 4);  // guest SVN
  PutLe(report, 0x008, spec.policy, 8);
  Put(report, 0x010, Bytes(16, 0xf1));  // family ID
  Put(report, 0x020, Bytes(16, 0x12));  // image ID
  PutLe(report, 0x030, spec.vmpl, 4);
  PutLe(report, 0x034, spec.signature_algo, 4);
  PutLe(report, 0x038, spec.tcb, 8);
  PutLe(report, 0x040, spec.platform_info, 8);
  PutLe(report, 0x048, spec.key_info, 4);
  Put(report, 0x050, spec.report_data);
  Put(report, 0x090, spec.measurement);
  Put(report, 0x0C0, Bytes(32, 0xc0));  // host data
  Put(report, 0x0E0, Bytes(48, 0xe0));  // ID key digest
  Put(report, 0x110, Bytes(48, 0x11));  // author key digest
  Put(report, 0x140, Bytes(32, 0x14));  // report ID
  Put(report, 0x160, Bytes(32, 0xff));  // report ID of the migration agent
  PutLe(report, 0x180, spec.tcb, 8);
  if (spec.version >= 3) {
    Put(report, 0x188,
        Bytes{spec.cpuid.family, spec.cpuid.model, spec.cpuid.stepping});
  }
  Put(report, 0x1A0, spec.chip_id);
  PutLe(report, 0x1E0, spec.tcb, 8);
  Put(report, 0x1E8, Bytes{29, 55, 1});
  Put(report, 0x1EC, Bytes{28, 54, 2});
  PutLe(report, 0x1F0, spec.tcb, 8);
  PutLe(report, 0x1F8, spec.launch_mit_vector, 8);
  PutLe(report, 0x200, spec.current_mit_vector, 8);
  return report;
}

Bytes SignSnpReport(Bytes report, const TestKey& key) {
  const auto signature =
      key.SignEcdsa(HashAlgorithm::kSha384, ByteView(report).first(0x2A0));
  PutNumber(report, 0x2A0, signature.r);
  PutNumber(report, 0x2E8, signature.s);
  return report;
}

Bytes SnpReportBytes(const SnpReportSpec& spec, const TestKey& key) {
  return SignSnpReport(UnsignedSnpReport(spec), key);
}

Bytes DerInteger(uint8_t value) {
  if (value < 0x80) return {2, 1, value};
  return {2, 2, 0, value};
}

Bytes DerIa5String(absl::string_view text) {
  Bytes der(2 + text.size());
  der[0] = 0x16;
  der[1] = static_cast<uint8_t>(text.size());
  std::copy(text.begin(), text.end(), der.begin() + 2);
  return der;
}

SnpKeySpec MilanVcekSpec() {
  SnpKeySpec spec = VcekSpec(
      "Milan-B0", kMilanTcb,
      {"3.1", "3.2", "3.4", "3.5", "3.6", "3.7", "3.3", "3.8"}, MilanChip());
  spec.extensions["1"] = DerInteger(0);
  return spec;
}

SnpKeySpec TurinVcekSpec() {
  Bytes hwid = TurinChip();
  hwid.resize(8);
  SnpKeySpec spec =
      VcekSpec("Turin", kTurinTcb,
               {"3.9", "3.1", "3.2", "3.3", "3.5", "3.6", "3.7", "3.8"}, hwid);
  spec.extensions["1"] = DerInteger(1);
  return spec;
}

SnpKeySpec MilanVlekSpec() {
  SnpKeySpec spec = MilanVcekSpec();
  spec.common_name = "SEV-VLEK";
  spec.extensions["2"] = DerIa5String("Milan");
  spec.extensions.erase("4");
  spec.extensions["5"] = DerIa5String("CN=csp.example");
  return spec;
}

CertificateSpec SnpKeyCertificateSpec(const SnpKeySpec& spec) {
  CertificateSpec out;
  out.common_name = spec.common_name;
  out.serial = 0;
  out.basic_constraints = "";
  out.subject_key_identifier = "";
  out.authority_key_identifier = "";
  out.digest = "SHA384";
  out.padding = RsaPadding::kPss;
  for (const auto& [arc, value] : spec.extensions) {
    out.extensions.push_back({.oid = absl::StrCat("1.3.6.1.4.1.3704.1.", arc),
                              .critical = false,
                              .value = value});
  }
  return out;
}

CertificateSpec SnpCaSpec(const std::string& common_name, int64_t serial) {
  CertificateSpec spec = CaSpec(common_name);
  spec.serial = serial;
  spec.digest = "SHA384";
  spec.padding = RsaPadding::kPss;
  return spec;
}

SnpTestPki::SnpTestPki(SnpProduct product)
    : ark_(IssueRoot(
          SnpCaSpec(absl::StrCat("ARK-", SnpProductTitle(product)), 0x10000),
          SharedRsaKey(0))),
      ask_(Issue(
          SnpCaSpec(absl::StrCat("SEV-", SnpProductTitle(product)), 0x10001),
          ark_, SharedRsaKey(1))),
      asvk_(Issue(SnpCaSpec(absl::StrCat("SEV-VLEK-", SnpProductTitle(product)),
                            0x10101),
                  ark_, SharedRsaKey(2))) {}

Issued SnpTestPki::IssueVcek(const SnpKeySpec& spec) const {
  return Issue(SnpKeyCertificateSpec(spec), ask_, KeyKind::kP384);
}

Issued SnpTestPki::IssueVlek(const SnpKeySpec& spec) const {
  return Issue(SnpKeyCertificateSpec(spec), asvk_, KeyKind::kP384);
}

std::vector<Certificate> SnpTestPki::ca() const {
  return {ask_.certificate, asvk_.certificate, ark_.certificate};
}

SnpTrust SnpTestPki::Trust() const {
  return {.roots = WithSnpRoot({}, ark_.certificate.spki_sha256()),
          .crl = std::nullopt,
          .crl_use = SnpCrlUse::kIfGiven,
          .time = ValidityTime::At(TestNow())};
}

RevocationList SnpCrl(const Issued& ark, CrlSpec spec) {
  spec.digest = "SHA384";
  spec.padding = RsaPadding::kPss;
  auto list = RevocationList::FromFile(IssueCrl(spec, ark));
  if (!list.ok()) std::abort();
  return *std::move(list);
}

Bytes SnpTable(const std::vector<SnpTableSpecEntry>& entries) {
  size_t offset = 24 * (entries.size() + 1);
  Bytes table(offset, 0);
  for (size_t i = 0; i < entries.size(); ++i) {
    const SnpTableSpecEntry& entry = entries[i];
    Put(table, 24 * i,
        FromHex(absl::StrReplaceAll(entry.guid, {{"-", ""}})).value());
    PutLe(table, 24 * i + 16, offset, 4);
    PutLe(table, 24 * i + 20, entry.data.size(), 4);
    offset += entry.data.size();
  }
  for (const SnpTableSpecEntry& entry : entries) {
    table.insert(table.end(), entry.data.begin(), entry.data.end());
  }
  return table;
}

}  // namespace evidenced
