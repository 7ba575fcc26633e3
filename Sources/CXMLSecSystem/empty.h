/* The module has no declarations; see module.modulemap. */
