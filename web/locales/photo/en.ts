/** Words for setting a person's photo; fetched with it. */
export const en = {
  yours: "Your photo",
  yoursHint: "Everyone in the directory sees it beside your name. It should show your face clearly.",
  none: "No photo yet: initials are shown.",
  present: "The present photo",
  choose: "Choose a picture",
  another: "Choose another picture",
  take: "Take a photo",
  preview: "Preview: drag the picture until the face is in the middle",
  zoom: "Zoom",
  across: "Left and right",
  along: "Up and down",
  save: "Use this photo",
  saved: "The photo is set.",
  cancel: "Cancel",
  remove: "Remove photo",
  removeSure: "Remove the photo? Initials are shown instead.",
  removed: "The photo is removed.",
  unread: "This file cannot be read as a picture. Choose a JPEG, PNG or WebP.",
  tooLarge: "This file is too large. Choose one of at most 30 MB.",
  tooOften: "The photo was changed several times. Try again in an hour.",
  elsewhere: "This is kept in your own province. Try again when you are connected to it.",
};

export type PhotoWords = typeof en;
