/* Reader of a BPF ring buffer that another process created. Its content is not trusted. */
#pragma once

#include <cstddef>
#include <cstdint>

namespace faultscope {

class Ring {
 public:
  Ring() = default;
  ~Ring();
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;

  /* Maps `bytes` of ring behind `fd`; false with errno. */
  bool map(int fd, size_t bytes);
  void unmap();

  struct Record {
    const uint8_t* data = nullptr;
    size_t size = 0;
  };

  enum class Next { Record, Discarded, Empty, Corrupt };
  /* The oldest record not yet consumed. Discarded: consume() and go on. */
  Next next(Record* record);
  /* Frees what the last next() returned. */
  void consume();

 private:
  size_t bytes_ = 0, page_ = 0;
  uint8_t* consumer_ = nullptr;
  const uint8_t* producer_ = nullptr;
  const uint8_t* data_ = nullptr;
  uint64_t position_ = 0, step_ = 0;
};

}  // namespace faultscope
