#include "CHDF5.h"

#include <string.h>

// The name of the object that the library is at, cut where there is no room for it.
static char place[512];
static bool notes;

const char *hs_note_places(void) {
  notes = true;
  return place;
}

bool hs_notes_places(void) { return notes; }

void hs_note_place(const char *object) {
  size_t length = strlen(object);
  if (length >= sizeof place) length = sizeof place - 1;
  memcpy(place, object, length);
  place[length] = 0;
}
