#ifndef EVIDENCE_VERIFY_LRU_BY_HASH_H_
#define EVIDENCE_VERIFY_LRU_BY_HASH_H_

#include <cstddef>
#include <list>
#include <map>
#include <utility>

#include "quote/base/bytes.h"

namespace evidenced {

// Values by the hash of all that they were made from; those used last are kept.
// It belongs to one thread at a time.
template <typename Value>
class LruByHash {
 public:
  // Of at most `capacity` values; of none nothing is kept.
  explicit LruByHash(size_t capacity) : capacity_(capacity) {}

  size_t size() const { return order_.size(); }

  // nullptr: not there. It stays until the next Add().
  const Value* Find(const Bytes& hash) {
    const auto found = by_hash_.find(hash);
    if (found == by_hash_.end()) return nullptr;
    order_.splice(order_.begin(), order_, found->second);
    return &found->second->second;
  }

  // One that is not there.
  void Add(const Bytes& hash, const Value& value) {
    if (capacity_ == 0) return;
    if (order_.size() == capacity_) {
      by_hash_.erase(order_.back().first);
      order_.pop_back();
    }
    order_.emplace_front(hash, value);
    by_hash_.emplace(hash, order_.begin());
  }

 private:
  using Entry = std::pair<Bytes, Value>;

  size_t capacity_;
  std::list<Entry> order_;  // the one used last is the first
  std::map<Bytes, typename std::list<Entry>::iterator> by_hash_;
};

}  // namespace evidenced

#endif  // EVIDENCE_VERIFY_LRU_BY_HASH_H_
