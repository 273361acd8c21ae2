#ifndef EVIDENCE_LOG_IMA_FACTS_H_
#define EVIDENCE_LOG_IMA_FACTS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "evidence/log/event_log.h"
#include "quote/base/bytes.h"
#include "quote/crypto/digest.h"

namespace evidenced {

// What a kernel extends a bank with for an entry that is no violation.
enum class ImaExtension : uint8_t {
  kTemplateHash,  // the bank's hash of the template data: Linux 5.8 and later
  kLoggedDigest,  // the digest of the list: the same, in the list's bank
  kPaddedSha1,    // the list's SHA-1 digest and zeros: Linux before 5.8
};

// nullopt: the list does not tell it for this bank.
std::optional<Bytes> ImaExtendValue(const EventLog& log, const LogEvent& event,
                                    HashAlgorithm bank, ImaExtension extension);

// The registers after the whole list. Empty if an entry does not tell what it
// extends this bank with.
std::map<uint32_t, Bytes> ReplayIma(const EventLog& log, HashAlgorithm bank,
                                    ImaExtension extension);

// How many entries of the list there are up to the one after which `reg` holds
// `value`; nullopt: it never does. Before the first entry does not count: every
// list begins with nothing.
std::optional<size_t> ImaPrefix(const EventLog& log, uint32_t reg,
                                HashAlgorithm bank, ImaExtension extension,
                                ByteView value);

// What an IMA list is made of.
struct ImaFacts {
  std::map<std::string, size_t> templates;  // entries of each
  std::set<uint32_t> registers;
  size_t violations = 0;
  // Indexes of entries whose logged digest is not of their template data.
  std::vector<size_t> mismatches;
  // Indexes of entries without template data: LogEvent::data_known.
  std::vector<size_t> without_data;
  // The bank of the logged digests.
  HashAlgorithm logged = HashAlgorithm::kSha1;
};

ImaFacts FindImaFacts(const EventLog& log);

}  // namespace evidenced

#endif  // EVIDENCE_LOG_IMA_FACTS_H_
