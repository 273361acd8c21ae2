#ifndef TESTS_QUOTE_SNP_SNP_BUILDER_H_
#define TESTS_QUOTE_SNP_SNP_BUILDER_H_

// Reports, endorsement certificates and tables as AMD's firmware and key
// service make them, written by offsets of their own.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "quote/base/bytes.h"
#include "quote/snp/chain.h"
#include "tests/quote/certificate_builder.h"

namespace evidenced {

// TCB versions of the default report and certificate.
inline constexpr uint64_t kMilanTcb = 0xd518000000000004;
inline constexpr uint64_t kTurinTcb = 0x4700000002000103;

// A chip's ID as the report has it: 64 bytes, or 8 and zeros.
Bytes MilanChip();
Bytes TurinChip();

// The fields of a report. The defaults are those of a Milan, version 3.
struct SnpReportSpec {
  uint32_t version = 3;
  uint64_t policy = 0x30000;
  uint32_t vmpl = 0;
  uint32_t signature_algo = 1;
  uint64_t tcb = kMilanTcb;  // current, reported, committed and launch
  uint64_t platform_info = 0x25;
  uint32_t key_info = 0;
  Bytes report_data = Bytes(64, 0xda);
  Bytes measurement = Bytes(48, 0x3e);
  SnpCpuid cpuid{.family = 0x19, .model = 0x01, .stepping = 0x01};
  Bytes chip_id = MilanChip();
  uint64_t launch_mit_vector = 0;
  uint64_t current_mit_vector = 0;
};
SnpReportSpec TurinReportSpec();  // version 5
SnpReportSpec VlekReportSpec();

// The 0x4A0 bytes, with a signature of zeros, and with that of `key`.
Bytes UnsignedSnpReport(const SnpReportSpec& spec);
Bytes SignSnpReport(Bytes report, const TestKey& key);
Bytes SnpReportBytes(const SnpReportSpec& spec, const TestKey& key);

// What an endorsement certificate says. SVNs and other extensions by the end of
// their OID, as DER; the defaults are those of a Milan's VCEK.
struct SnpKeySpec {
  std::string common_name = "SEV-VCEK";
  std::map<std::string, Bytes> extensions;
};
SnpKeySpec MilanVcekSpec();
SnpKeySpec TurinVcekSpec();
SnpKeySpec MilanVlekSpec();
CertificateSpec SnpKeyCertificateSpec(const SnpKeySpec& spec);

Bytes DerInteger(uint8_t value);
Bytes DerIa5String(absl::string_view text);

// Root, both intermediates and an endorsement key of one product, as AMD has
// them. RSA keys are shared by all instances.
class SnpTestPki {
 public:
  explicit SnpTestPki(SnpProduct product = SnpProduct::kMilan);

  const Issued& ark() const { return ark_; }
  const Issued& ask() const { return ask_; }
  const Issued& asvk() const { return asvk_; }

  Issued IssueVcek(const SnpKeySpec& spec = MilanVcekSpec()) const;
  Issued IssueVlek(const SnpKeySpec& spec = MilanVlekSpec()) const;

  std::vector<Certificate> ca() const;  // ASK, ASVK, ARK
  // Trusts this ARK alone, at TestNow(), without a CRL.
  SnpTrust Trust() const;

 private:
  Issued ark_;
  Issued ask_;
  Issued asvk_;
};

// The spec of a CA as AMD's.
CertificateSpec SnpCaSpec(const std::string& common_name, int64_t serial);

// A CRL that `ark` signed.
RevocationList SnpCrl(const Issued& ark, CrlSpec spec);

// A certificate table: entries, their end, then the data one behind the other.
struct SnpTableSpecEntry {
  std::string guid;
  Bytes data;
};
inline constexpr char kVcekGuid[] = "63da758d-e664-4564-adc5-f4b93be8accd";
inline constexpr char kVlekGuid[] = "a8074bc2-a25a-483e-aae6-39c045a0b8a1";
inline constexpr char kAskGuid[] = "4ab7b379-bbac-4fe4-a02f-05aef327c782";
inline constexpr char kArkGuid[] = "c0b406a4-a803-4952-9743-3fb6014cd0ae";
inline constexpr char kCrlGuid[] = "92f81bc3-5811-4d3d-97ff-d19f88dc67ea";
Bytes SnpTable(const std::vector<SnpTableSpecEntry>& entries);

// Writes `value` at `offset`, least significant byte first.
void PutLe(Bytes& bytes, size_t offset, uint64_t value, size_t size);

}  // namespace evidenced

#endif  // TESTS_QUOTE_SNP_SNP_BUILDER_H_
