"""The data of training: public and written questions, what is made of them, and how they become batches."""
