#ifndef TESTS_FUZZ_MUTATOR_H_
#define TESTS_FUZZ_MUTATOR_H_

#include <cstddef>
#include <cstdint>

// libFuzzer's names. The first is libFuzzer's own or, in a replay,
// replay_corpus.cc's; the second may come with a target whose inputs random
// bytes seldom are.
extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size,
                                          size_t max_size, unsigned int seed);

#endif  // TESTS_FUZZ_MUTATOR_H_
